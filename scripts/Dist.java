import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.lang.reflect.Method;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject.Kind;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.StandardLocation;
import javax.tools.ToolProvider;

/**
 * Finishes the directory that holds the program, once Maven has put {@code svc-dht.jar} and {@code lib/} there.
 *
 * <p>Usage, from the root of the project: {@code java scripts/Dist.java DIST [true|false]}; false leaves out the AOT
 * cache.
 */
final class Dist {
    private static final Pattern SIGNATURE = Pattern.compile("META-INF/[^/]+\\.(SF|DSA|RSA|EC)");
    private static final Pattern NATIVE = Pattern.compile("META-INF/native/(libnetty_[^/]+\\.(?:so|jnilib|dylib))");
    /** What Chronicle Map keeps at the beginning of a file. */
    private static final String HEADER = "net.openhft.chronicle.hash.VanillaGlobalMutableState";
    /** Named in the manifest of {@code svc-dht.jar}, see console/pom.xml. */
    private static final String ACCESSORS = "svc-dht-accessors.jar";

    private static final int TRAINING_SECONDS_MAX = 60;

    public static void main(String[] args) throws Exception {
        Path dist = Path.of(args[0]).toAbsolutePath();
        prune(dist);
        for (Path jar : jars(dist.resolve("lib"))) {
            stripSignatures(jar);
        }
        shipNatives(dist);
        compileAccessors(dist);
        copyLauncher(Path.of("").toAbsolutePath(), dist);
        if (args.length < 2 || Boolean.parseBoolean(args[1])) {
            train(dist);
        }
    }

    /** Removes jars that the program no longer names, left over from an earlier build. */
    private static void prune(Path dist) throws IOException {
        Set<Path> named = new TreeSet<>();
        try (JarFile program = new JarFile(dist.resolve("svc-dht.jar").toFile())) {
            String classPath = program.getManifest().getMainAttributes().getValue(Attributes.Name.CLASS_PATH);
            for (String entry : classPath.split(" ")) {
                named.add(dist.resolve(entry));
            }
        }
        for (Path jar : jars(dist.resolve("lib"))) {
            if (!named.contains(jar)) {
                Files.delete(jar);
            }
        }
    }

    /**
     * Rewrites a signed jar without its signature: the JVM verifies signed classes at first use and never puts them into
     * an AOT cache. Of the manifest, full of digests and OSGi lists, only {@code Multi-Release} stays. The file keeps its
     * time, so that Maven does not copy the signed one again.
     */
    private static void stripSignatures(Path jar) throws IOException {
        try (JarFile signed = new JarFile(jar.toFile(), false)) {
            if (signed.stream()
                    .noneMatch(entry -> SIGNATURE.matcher(entry.getName()).matches())) {
                return;
            }
            Manifest manifest = new Manifest();
            manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
            if (signed.isMultiRelease()) {
                manifest.getMainAttributes().put(Attributes.Name.MULTI_RELEASE, "true");
            }
            Path stripped = jar.resolveSibling(jar.getFileName() + ".tmp");
            try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(stripped))) {
                JarEntry first = new JarEntry(JarFile.MANIFEST_NAME);
                first.setTime(signed.getEntry(JarFile.MANIFEST_NAME).getTime());
                out.putNextEntry(first);
                manifest.write(out);
                for (JarEntry entry : signed.stream().toList()) {
                    boolean kept = !entry.getName().equals(JarFile.MANIFEST_NAME)
                            && !SIGNATURE.matcher(entry.getName()).matches();
                    if (kept) {
                        JarEntry copy = new JarEntry(entry.getName());
                        copy.setTime(entry.getTime());
                        out.putNextEntry(copy);
                        try (InputStream in = signed.getInputStream(entry)) {
                            in.transferTo(out);
                        }
                    }
                }
            }
            Files.setLastModifiedTime(stripped, Files.getLastModifiedTime(jar));
            Files.move(stripped, jar, StandardCopyOption.ATOMIC_MOVE);
        }
    }

    /**
     * Lays Netty's native libraries beside the jars, where the launcher lets the JVM find them: nothing is unpacked at a
     * start, also not into a directory that is read-only or must stay empty.
     */
    private static void shipNatives(Path dist) throws IOException {
        Path natives = dist.resolve("lib/native");
        if (Files.isDirectory(natives)) {
            deleteTree(natives);
        }
        Files.createDirectories(natives);
        for (Path jar : jars(dist.resolve("lib"))) {
            try (JarFile file = new JarFile(jar.toFile(), false)) {
                for (JarEntry entry : file.stream().toList()) {
                    Matcher library = NATIVE.matcher(entry.getName());
                    if (library.matches()) {
                        try (InputStream in = file.getInputStream(entry)) {
                            Files.copy(in, natives.resolve(library.group(1)), StandardCopyOption.REPLACE_EXISTING);
                        }
                    }
                }
            }
        }
    }

    /**
     * Compiles ahead what Chronicle Map compiles at the start of each process that opens a map, for some seconds of a
     * processor and with the JDK's compiler: the accessors of its header. It looks for them on the class path first.
     */
    private static void compileAccessors(Path dist) throws Exception {
        Path lib = dist.resolve("lib");
        Path jar = lib.resolve(ACCESSORS);
        if (isNewerThan(jar, jars(lib).stream().filter(other -> other.getFileName()
                .toString()
                .startsWith("chronicle-")))) {
            return;
        }
        List<URL> urls = new ArrayList<>();
        for (Path library : jars(lib)) {
            urls.add(library.toUri().toURL());
        }
        String name = HEADER + "$$Native";
        String source;
        try (URLClassLoader libraries = new URLClassLoader(urls.toArray(URL[]::new))) {
            Class<?> model = libraries.loadClass("net.openhft.chronicle.values.ValueModel");
            Method generate = libraries
                    .loadClass("net.openhft.chronicle.values.Generators")
                    .getDeclaredMethod("generateNativeClass", model, String.class);
            generate.setAccessible(true);
            Object header = model.getMethod("acquire", Class.class).invoke(null, libraries.loadClass(HEADER));
            source = (String) generate.invoke(null, header, name.substring(name.lastIndexOf('.') + 1));
        }
        Path classes = Files.createTempDirectory("svc-dht-accessors");
        try {
            compile(name, source, lib, classes);
            pack(classes, jar);
        } finally {
            deleteTree(classes);
        }
    }

    private static void compile(String name, String source, Path lib, Path into) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter said = new StringWriter();
        boolean compiled;
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
            files.setLocationFromPaths(StandardLocation.CLASS_PATH, jars(lib));
            files.setLocationFromPaths(StandardLocation.CLASS_OUTPUT, List.of(into));
            SimpleJavaFileObject file =
                    new SimpleJavaFileObject(URI.create("string:///" + name.replace('.', '/') + ".java"), Kind.SOURCE) {
                        @Override
                        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                            return source;
                        }
                    };
            compiled = compiler.getTask(
                            said,
                            files,
                            null,
                            List.of("-proc:none", "-nowarn", "-Xlint:none", "-source", "25", "-target", "25"),
                            null,
                            List.of(file))
                    .call();
        }
        if (!compiled) {
            throw new IOException("Chronicle's accessors do not compile: " + said);
        }
    }

    /** With one time for all, so that two builds give the same bytes. */
    private static void pack(Path classes, Path jar) throws IOException {
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar));
                Stream<Path> files = Files.walk(classes)) {
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                JarEntry entry = new JarEntry(classes.relativize(file).toString());
                entry.setTimeLocal(LocalDateTime.of(2000, 1, 1, 0, 0));
                out.putNextEntry(entry);
                Files.copy(file, out);
            }
        }
    }

    private static void copyLauncher(Path root, Path dist) throws IOException {
        Files.createDirectories(dist.resolve("scripts"));
        for (String file : List.of("svc-dht", "scripts/find-jdk.sh", "LICENSE-APACHE", "LICENSE-MIT")) {
            Files.copy(
                    root.resolve(file),
                    dist.resolve(file),
                    StandardCopyOption.REPLACE_EXISTING,
                    StandardCopyOption.COPY_ATTRIBUTES);
        }
    }

    /**
     * Starts the program once in training mode and keeps what the JVM learned as {@code svc-dht.aot}. Only a hint: when it
     * fails the program starts without, so the build goes on with one line about it.
     */
    private static void train(Path dist) throws IOException, InterruptedException {
        Path cache = dist.resolve("svc-dht.aot");
        if (isNewerThanJars(cache, dist)) {
            return;
        }
        Files.deleteIfExists(cache);
        Path fresh = dist.resolve("svc-dht.aot.tmp");
        Path log = dist.resolveSibling("aot-training.log");
        Path data = Files.createTempDirectory("svc-dht-training");
        long began = System.nanoTime();
        try {
            // Through the launcher, so that the cache is made with the very flags it will be used with.
            ProcessBuilder training = new ProcessBuilder(
                            "./svc-dht",
                            "run",
                            "--data-dir",
                            data.toString(),
                            "--admin-bind",
                            "127.0.0.1:0",
                            "--peer-bind",
                            "127.0.0.1:0")
                    .directory(dist.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile());
            training.environment().keySet().removeIf(name -> name.startsWith("SVC_DHT_") || name.equals("RON_AMNESIA"));
            training.environment().put("JAVA_HOME", System.getProperty("java.home"));
            // Without profiles: with them the optimising compiler is at work from the first millisecond, beside the
            // start itself.
            training.environment()
                    .put(
                            "SVC_DHT_JAVA_OPTS",
                            "-XX:+UnlockDiagnosticVMOptions -XX:-AOTRecordTraining -XX:AOTCacheOutput="
                                    + fresh.getFileName() + " -Dsvcdht.train=true");
            Process process = training.start();
            Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
            String trouble = null;
            if (!process.waitFor(TRAINING_SECONDS_MAX, TimeUnit.SECONDS)) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly().waitFor();
                trouble = "the training run took longer than " + TRAINING_SECONDS_MAX + " s";
            } else if (process.exitValue() != 0) {
                trouble = "the training run ended with " + process.exitValue();
            } else if (!Files.exists(fresh)) {
                trouble = "the JVM wrote none";
            }
            if (trouble == null) {
                Files.move(fresh, cache, StandardCopyOption.ATOMIC_MOVE);
                System.out.printf(
                        "AOT cache: %d MB in %.1f s%n", Files.size(cache) >> 20, (System.nanoTime() - began) / 1e9);
            } else {
                System.out.printf("No AOT cache, starts will be slower: %s; see %s%n", trouble, log);
            }
        } finally {
            Files.deleteIfExists(fresh);
            Files.deleteIfExists(Path.of(fresh + ".config"));
            deleteTree(data);
        }
    }

    private static boolean isNewerThanJars(Path cache, Path dist) throws IOException {
        return isNewerThan(cache, Stream.concat(jars(dist).stream(), jars(dist.resolve("lib")).stream()));
    }

    private static boolean isNewerThan(Path path, Stream<Path> jars) {
        File file = path.toFile();
        return file.exists() && jars.allMatch(jar -> jar.toFile().lastModified() < file.lastModified());
    }

    private static List<Path> jars(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(".jar"))
                    .sorted()
                    .toList();
        }
    }

    private static void deleteTree(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
