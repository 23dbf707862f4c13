package io.svcdht.storage.checkpoint;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A file that is no checkpoint, or is not as it was written. The journal is the truth: an older one will do. */
public final class CheckpointDamaged extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String what;

    public CheckpointDamaged(Path file, String what) {
        this(file, what, null);
    }

    public CheckpointDamaged(Path file, String what, @Nullable Throwable cause) {
        super("%s: %s".formatted(file, what), cause);
        this.what = what;
    }

    /** What is wrong, without the file's name. */
    public String what() {
        return what;
    }
}
