package io.svcdht.console.cli;

import io.svcdht.node.config.Role;
import io.svcdht.node.config.TokenFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code token}: tokens for the HTTP API, made once. For containers, where nobody is there to type one: an init container
 * makes them, nodes read {@code tokens}, a scraper {@code viewer.token}.
 *
 * <pre>
 * DIR/admin.token    the token itself, mode 0600
 * DIR/viewer.token   likewise
 * DIR/tokens         what admin_token_file wants: role:sha256 lines, mode 0600; written last
 * </pre>
 */
@Command(
        description =
                "Make an admin and a viewer token for the HTTP API, unless they are there already. Files are readable by"
                        + " their owner alone: admin.token, viewer.token, and tokens, which is what admin_token_file names.")
final class TokenCommand implements Callable<Integer> {
    private static final int TOKEN_BYTES = 32;
    private static final String TOKENS = "tokens";

    private final Io io;

    @Option(names = "--dir", paramLabel = "DIR", description = "Where. Default: the working directory.")
    Path dir = Path.of("");

    @Option(names = "--show", description = "Print the admin token.")
    boolean show;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help.")
    boolean help;

    TokenCommand(Io io) {
        this.io = io;
    }

    @Override
    public Integer call() {
        try {
            Path tokens = dir.resolve(TOKENS);
            if (!Files.exists(tokens)) {
                Files.createDirectories(dir.toAbsolutePath());
                String lines = line(Role.ADMIN) + line(Role.VIEWER);
                write(tokens, lines);
            }
            io.say("tokens are in %s".formatted(Clean.text(dir.toAbsolutePath().toString())));
            if (show) {
                io.line(Files.readString(file(Role.ADMIN)).strip());
            }
            return ExitCode.OK;
        } catch (IOException e) {
            throw new CommandFailed(
                    ExitCode.USAGE,
                    Clean.text("tokens cannot be made or read in %s: %s".formatted(dir.toAbsolutePath(), e)),
                    e);
        }
    }

    private Path file(Role role) {
        return dir.resolve(role.text() + ".token");
    }

    /** Writes a new token of the role, and answers its line. One left by a run that was cut off is replaced. */
    private String line(Role role) throws IOException {
        byte[] random = new byte[TOKEN_BYTES];
        new SecureRandom().nextBytes(random);
        String token = HexFormat.of().formatHex(random);
        write(file(role), token + "\n");
        return TokenFile.line(role, token) + "\n";
    }

    private static void write(Path file, String text) throws IOException {
        Path part = Path.of(file + ".part");
        Files.deleteIfExists(part);
        Files.createFile(part, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(part, text, StandardCharsets.UTF_8);
        try {
            Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
        }
    }
}
