package io.svcdht.system;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/** How long tests wait by default, as those of the node do, for what comes sooner or later. */
public final class Patience implements LauncherSessionListener {
    private static final Duration LIMIT = Duration.ofSeconds(Integer.getInteger("svcdht.patience.seconds", 120));

    @Override
    public void launcherSessionOpened(LauncherSession session) {
        Awaitility.setDefaultTimeout(LIMIT);
    }
}
