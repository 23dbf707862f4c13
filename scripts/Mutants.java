import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.StandardLocation;
import javax.tools.ToolProvider;

/**
 * The quick way to judge mutants, for {@code scripts/mutants}: compiles only the files a patch changes, laid over a build
 * of the whole, and starts the one test in a virtual machine that does not optimise.
 *
 * <p>Usage: {@code java scripts/Mutants.java TREE WORK JOBS PATCH…}. TREE is a checkout that was built with
 * {@code -Dquick} and holds each module's class path in {@code .build/<artifact>/class-path}. Prints a line for each
 * mutant that is red beyond doubt and leaves the others in WORK/doubtful, to be built anew and judged by that.
 */
final class Mutants {
    private static final List<String> MODULES =
            List.of("storage", "node", "console", "client", "cluster", "kafka", "discovery", "system-tests");
    /** What a class says that was compiled against another one than it meets. */
    private static final Pattern UNLINKED = Pattern.compile("NoSuchMethodError|NoSuchFieldError|AbstractMethodError"
            + "|NoClassDefFoundError|IncompatibleClassChangeError|IllegalAccessError|VerifyError");

    private static final String NOT_PASSED = "not passed: ";
    private static final int SECONDS_MAX = 150;

    private final Path tree;
    private final Path work;
    private final List<String> flags;
    private final JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();

    private final Set<String> unfit = new TreeSet<>();

    /** What the first line of a patch says. */
    private record Named(String module, String test) {
        static Named by(Path patch) {
            try (Stream<String> lines = Files.lines(patch)) {
                String[] words = lines.findFirst().orElseThrow().split(" ");
                return new Named(words[2], words[3]);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private Mutants(Path tree, Path work) throws IOException {
        this.tree = tree;
        this.work = work;
        this.flags = List.of(Files.readString(work.resolve("flags")).trim().split("\\s+"));
    }

    public static void main(String[] args) throws IOException, InterruptedException {
        Mutants mutants = new Mutants(Path.of(args[0]), Path.of(args[1]));
        List<Path> patches = Stream.of(args).skip(3).map(Path::of).toList();
        mutants.compileRunner();
        mutants.findUnfit(patches);
        List<Path> doubtful = new ArrayList<>();
        try (ExecutorService workers = Executors.newFixedThreadPool(Integer.parseInt(args[2]))) {
            for (Path patch : patches) {
                workers.execute(() -> {
                    if (mutants.unfit.contains(Named.by(patch).test) || !mutants.isRed(patch)) {
                        synchronized (doubtful) {
                            doubtful.add(patch);
                        }
                    }
                });
            }
        }
        Files.write(
                mutants.work.resolve("doubtful"),
                doubtful.stream().map(Path::toString).sorted().toList());
    }

    /** A test that is red this way with nothing taken out says nothing. */
    private void findUnfit(List<Path> patches) throws IOException, InterruptedException {
        for (String module : MODULES) {
            Set<String> tests = new TreeSet<>();
            for (Path patch : patches) {
                Named named = Named.by(patch);
                if (named.module.equals(module)) {
                    tests.add(named.test);
                }
            }
            if (tests.isEmpty()) {
                continue;
            }
            Path overlay = Files.createTempDirectory(work, "clean");
            int status = start(module, List.copyOf(tests), overlay, classPath(module));
            List<String> said = Files.readAllLines(overlay.resolve("test.log"));
            if (status != 0) {
                said.stream()
                        .filter(l -> l.startsWith(NOT_PASSED))
                        .map(l -> l.substring(NOT_PASSED.length()))
                        .forEach(unfit::add);
                unfit.addAll(unfit.isEmpty() ? tests : Set.of());
            }
            delete(overlay);
        }
    }

    private boolean isRed(Path patch) {
        long began = System.nanoTime();
        try {
            Named named = Named.by(patch);
            Path overlay = Files.createTempDirectory(work, "mutant");
            try {
                boolean red = tryOut(patch, named, overlay);
                if (red) {
                    String name = patch.getFileName().toString().replace(".patch", "");
                    long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - began);
                    System.out.printf("%-42s %-9s %5d  %s%n", name, "red", seconds, named.test);
                }
                return red;
            } finally {
                delete(overlay);
            }
        } catch (IOException e) {
            System.err.println(patch.getFileName() + ": " + e);
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private boolean tryOut(Path patch, Named named, Path overlay) throws IOException, InterruptedException {
        Path sources = Files.createDirectory(overlay.resolve("sources"));
        Path classes = Files.createDirectory(overlay.resolve("classes"));
        List<String> changed = changed(patch);
        for (String file : changed) {
            Path copy = sources.resolve(file);
            Files.createDirectories(copy.getParent());
            if (Files.exists(tree.resolve(file))) {
                Files.copy(tree.resolve(file), copy);
            }
        }
        if (run(sources, overlay.resolve("log"), SECONDS_MAX, List.of("git", "apply", patch.toString())) != 0) {
            return false;
        }
        String classPath = classes + ":" + classPath(named.module);
        return compiled(changed, sources, classes, classPath) && isRed(named, overlay, classPath);
    }

    private static List<String> changed(Path patch) throws IOException {
        try (Stream<String> lines = Files.lines(patch)) {
            return lines.filter(l -> l.startsWith("+++ ") && !l.startsWith("+++ /dev/null"))
                    .map(l -> l.substring("+++ b/".length()).replaceAll("\t.*", ""))
                    .toList();
        }
    }

    private String classPath(String module) throws IOException {
        Path built = tree.resolve(".build/svc-dht-" + module);
        return built.resolve("test-classes") + ":" + built.resolve("classes") + ":"
                + Files.readString(built.resolve("class-path")).trim();
    }

    /** Lays what the patch changed into {@code classes}; false if the compiler or this way cannot. */
    private boolean compiled(List<String> changed, Path sources, Path classes, String classPath) throws IOException {
        for (String module : MODULES) {
            List<Path> java = new ArrayList<>();
            for (String file : changed) {
                String main = module + "/src/main/";
                if (file.startsWith(main + "resources/")) {
                    Path to = classes.resolve(file.substring((main + "resources/").length()));
                    Files.createDirectories(to.getParent());
                    Files.copy(sources.resolve(file), to, StandardCopyOption.REPLACE_EXISTING);
                } else if (file.startsWith(main + "java/") || file.startsWith(module + "/src/test/java/")) {
                    java.add(sources.resolve(file));
                } else if (MODULES.stream().noneMatch(m -> file.startsWith(m + "/src/"))) {
                    return false;
                }
            }
            if (!java.isEmpty() && !compile(java, classes, classPath)) {
                return false;
            }
        }
        return true;
    }

    private boolean compile(List<Path> java, Path classes, String classPath) throws IOException {
        StringWriter said = new StringWriter();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8)) {
            files.setLocationFromPaths(StandardLocation.CLASS_OUTPUT, List.of(classes));
            List<Path> path = Stream.of(classPath.split(":")).map(Path::of).toList();
            files.setLocationFromPaths(StandardLocation.CLASS_PATH, path);
            List<String> options = List.of("-proc:none", "-implicit:none", "-parameters", "-nowarn", "--release", "25");
            return compiler.getTask(said, files, null, options, null, files.getJavaFileObjectsFromPaths(java))
                    .call();
        }
    }

    private boolean isRed(Named named, Path overlay, String classPath) throws IOException, InterruptedException {
        return start(named.module, List.of(named.test), overlay, classPath) == 1
                && !UNLINKED.matcher(Files.readString(overlay.resolve("test.log")))
                        .find();
    }

    /** Runs tests in a virtual machine of their own; what they say goes to {@code test.log} in {@code overlay}. */
    private int start(String module, List<String> tests, Path overlay, String classPath)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx1g"));
        command.addAll(flags);
        command.add("-Djava.io.tmpdir=" + Files.createDirectory(overlay.resolve("tmp")));
        command.add("-Dsvcdht.patience.seconds=20");
        command.add("-Dlogback.configurationFile=" + tree.resolve("config/logback-test.xml"));
        Path arguments = overlay.resolve("arguments");
        Files.writeString(arguments, "-cp \"" + work.resolve("runner") + ":" + classPath + "\"");
        command.add("@" + arguments);
        command.addAll(
                List.of("MutantTest", tree.resolve(module + "/src/test/java").toString()));
        command.addAll(tests);
        return run(tree.resolve(module), overlay.resolve("test.log"), SECONDS_MAX + 20 * tests.size(), command);
    }

    private static int run(Path directory, Path log, int secondsMax, List<String> command)
            throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        Process process = builder.start();
        if (!process.waitFor(secondsMax, TimeUnit.SECONDS)) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly().waitFor();
            return -1;
        }
        return process.exitValue();
    }

    private void compileRunner() throws IOException {
        Path runner = Files.createDirectories(work.resolve("runner"));
        Path source = tree.resolve("scripts/MutantTest.java");
        if (!compile(List.of(source), runner, classPath("storage"))) {
            throw new IOException("cannot compile " + source);
        }
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
