package io.svcdht.node;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;

/**
 * What this build is.
 *
 * @param git commit, or {@code unknown}
 * @param built when, ISO 8601 in UTC, or {@code unknown}
 */
public record BuildInfo(String version, String git, String built) {
    /** Reads what the build wrote beside this class. */
    public static BuildInfo load() {
        Properties p = new Properties();
        try (InputStream in = BuildInfo.class.getResourceAsStream("build.properties")) {
            if (in != null) {
                p.load(in);
            }
        } catch (IOException e) {
            throw new IllegalStateException("build.properties cannot be read", e);
        }
        return new BuildInfo(
                p.getProperty("version", "unknown"),
                p.getProperty("git", "unknown"),
                p.getProperty("built", "unknown"));
    }
}
