package io.svcdht.storage.journal;

/** What the journal holds at a position is not what was written there. */
public final class JournalDamaged extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String file;
    private final long position;
    private final String what;

    /**
     * @param file the file that holds the damage, or the directory where no single file can be named
     * @param position the position that could not be read, 0 = unknown
     */
    public JournalDamaged(String file, long position, String what) {
        super("%s, position %d: %s".formatted(file, position, what));
        this.file = file;
        this.position = position;
        this.what = what;
    }

    public String file() {
        return file;
    }

    public long position() {
        return position;
    }

    /** What is wrong, without where. */
    public String what() {
        return what;
    }
}
