package io.svcdht.system;

import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Watches a program and all its children with strace, and tells which of their system calls leave something on a disk. */
final class SystemCalls {
    /** Everything that opens, makes, maps, changes or removes a file. */
    private static final String TRACED = String.join(
            ",",
            "open,openat,openat2,creat,open_by_handle_at",
            "mmap,mremap,shmget,shmat,memfd_create,remap_file_pages",
            "rename,renameat,renameat2,unlink,unlinkat,rmdir,mkdir,mkdirat,mknod,mknodat",
            "link,linkat,symlink,symlinkat,truncate,ftruncate,fallocate,copy_file_range",
            "chmod,fchmod,fchmodat,chown,fchown,lchown,fchownat,utime,utimes,utimensat,futimesat",
            "setxattr,lsetxattr,fsetxattr,removexattr,lremovexattr,fremovexattr",
            "mount,umount2,pivot_root,swapon,mq_open,io_uring_setup,io_setup,bind,execve");

    /** What may be opened for writing, and why it leaves nothing. */
    static final Map<String, String> ALLOWED = Map.of(
            "/dev/null", "where the launcher sends what nobody should read",
            "/proc/self/coredump_filter", "a switch of the kernel, by which the JVM says what a core dump would hold");

    private static final Pattern OPEN = Pattern.compile("(?:open|openat|openat2|creat)\\((?:[^\"]*)\"([^\"]*)\"(.*)");
    private static final Pattern WRITES = Pattern.compile("O_WRONLY|O_RDWR|O_CREAT|O_TRUNC|O_TMPFILE|O_APPEND");
    private static final Pattern MAPS_SHARED =
            Pattern.compile("mmap\\(.*PROT_WRITE.*MAP_SHARED(?:_VALIDATE)?(?!.*MAP_ANONYMOUS).*");
    /** A socket with a path makes a file; one with an abstract name, or an address, does not. */
    private static final Pattern SOCKET_FILE = Pattern.compile("bind\\(.*sun_path=\"[^\"].*");

    private SystemCalls() {}

    /** Where strace is; skips the test, or fails it in CI, where it is not. */
    static Path strace() {
        return Stream.of("/usr/bin/strace", "/bin/strace", "/usr/local/bin/strace")
                .map(Path::of)
                .filter(Files::isExecutable)
                .findFirst()
                .orElseGet(() -> {
                    skip("strace is not installed");
                    throw new IllegalStateException();
                });
    }

    static void skip(String why) {
        if ("true".equals(System.getenv("CI"))) {
            fail("in CI nothing is skipped: " + why);
        }
        abort(why);
    }

    /** The program under strace, which writes what it sees into {@code log}. */
    static ProcessBuilder watched(ProcessBuilder program, Path log) {
        List<String> command = new ArrayList<>(program.command());
        // What makes it heed a hang-up, under nohup, is none of the program's own.
        int own = Math.max(0, command.indexOf(Program.launcher()));
        command.addAll(
                own,
                List.of(
                        strace().toString(),
                        "-f",
                        // Stops for these calls alone, and not for all others too.
                        "--seccomp-bpf",
                        "-qq",
                        "-s",
                        "4096",
                        "-e",
                        "trace=" + TRACED,
                        "-o",
                        log.toString()));
        return program.command(command);
    }

    /** The calls that were told, each as strace writes it, without the process. */
    static List<String> calls(Path log) throws IOException {
        try (Stream<String> lines = Files.lines(log)) {
            return lines.map(line -> line.replaceFirst("^\\d+\\s+", ""))
                    .filter(line -> !line.startsWith("<...") && !line.startsWith("---") && !line.startsWith("+++"))
                    .toList();
        }
    }

    /** Those that leave something on a disk, or try to. */
    static List<String> writes(List<String> calls) {
        return calls.stream().filter(SystemCalls::writes).toList();
    }

    private static boolean writes(String call) {
        Matcher open = OPEN.matcher(call);
        if (open.matches()) {
            boolean forWriting =
                    call.startsWith("creat") || WRITES.matcher(open.group(2)).find();
            return forWriting && !ALLOWED.containsKey(open.group(1));
        }
        String name = call.substring(0, Math.max(0, call.indexOf('(')));
        return switch (name) {
            case "execve", "mremap" -> false;
            case "mmap" -> MAPS_SHARED.matcher(call).matches();
            case "bind" -> SOCKET_FILE.matcher(call).matches();
            default -> true;
        };
    }
}
