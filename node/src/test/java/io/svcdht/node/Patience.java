package io.svcdht.node;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/**
 * How long tests wait for what comes sooner or later, also by default: so long that a machine short of processors keeps
 * it too. Mutants, of which a wait that never ends is the proof, are given {@code svcdht.patience.seconds}.
 */
public final class Patience implements LauncherSessionListener {
    public static final Duration LIMIT = Duration.ofSeconds(Integer.getInteger("svcdht.patience.seconds", 120));

    @Override
    public void launcherSessionOpened(LauncherSession session) {
        Awaitility.setDefaultTimeout(LIMIT);
    }
}
