package io.svcdht.node.extra;

import java.io.File;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** Services of modules that weigh too much to be in the program: on the class path, or in a directory beside our jars. */
public final class OptionalJars {
    /** Left open: what came out of them lives as long as the process. */
    private static final Map<Path, ClassLoader> LOADERS = new ConcurrentHashMap<>();

    private OptionalJars() {}

    /** The jars of a module are not there. */
    public static final class Missing extends Exception {
        private static final long serialVersionUID = 1L;

        private Missing(String sentence) {
            super(sentence);
        }
    }

    /**
     * The service, from the class path or from the module's jars.
     *
     * @param key the setting that asks for it
     * @throws Missing with where its jars are looked for
     */
    public static <T> T find(Class<T> service, String module, String key) throws Missing {
        Optional<T> found = ServiceLoader.load(service).findFirst();
        if (found.isPresent()) {
            return found.get();
        }
        Optional<Path> directory = beside(module);
        List<Path> jars = directory.map(OptionalJars::jars).orElse(List.of());
        if (!jars.isEmpty()) {
            ClassLoader loader = LOADERS.computeIfAbsent(directory.get(), d -> loader(module, jars));
            found = ServiceLoader.load(service, loader).findFirst();
        }
        return found.orElseThrow(() -> missing(key, module, directory));
    }

    /**
     * The service from the module's jars alone, in a layer of its own: what its jars hold comes from there, whatever
     * versions of it this program has.
     *
     * @param key the setting that asks for it
     * @param shared packages, each ending with a dot, of which both sides have the same classes
     * @throws Missing with where its jars are looked for
     */
    public static <T> T findApart(Class<T> service, String module, String key, List<String> shared) throws Missing {
        String told = System.getProperty("svcdht.lib." + module);
        List<Path> directories = told == null
                ? beside(module).stream().toList()
                : Stream.of(told.split(File.pathSeparator, -1)).map(Path::of).toList();
        List<Path> parts = directories.stream()
                .flatMap(d -> {
                    List<Path> jars = jars(d);
                    return jars.isEmpty() && Files.isDirectory(d) ? Stream.of(d) : jars.stream();
                })
                .toList();
        Optional<T> found = Optional.empty();
        if (!parts.isEmpty()) {
            URL[] urls = parts.stream().map(OptionalJars::url).toArray(URL[]::new);
            ClassLoader loader = LOADERS.computeIfAbsent(parts.getFirst(), d -> new ApartLoader(module, urls, shared));
            found = ServiceLoader.load(service, loader).findFirst();
        }
        return found.orElseThrow(() -> missing(key, module, directories.stream().findFirst()));
    }

    private static Missing missing(String key, String module, Optional<Path> directory) {
        return new Missing("%s needs the %s module; put its jars into %s"
                .formatted(key, module, directory.map(Path::toString).orElse("the class path")));
    }

    private static ClassLoader loader(String module, List<Path> jars) {
        URL[] urls = jars.stream().map(OptionalJars::url).toArray(URL[]::new);
        return new URLClassLoader(module, urls, OptionalJars.class.getClassLoader());
    }

    private static URL url(Path jar) {
        try {
            return jar.toUri().toURL();
        } catch (MalformedURLException e) {
            throw new IllegalArgumentException("no jar can be at " + jar, e);
        }
    }

    /** Beside our own jar, where the program is packaged. */
    private static Optional<Path> beside(String module) {
        CodeSource source = OptionalJars.class.getProtectionDomain().getCodeSource();
        if (source == null) {
            return Optional.empty();
        }
        try {
            Path ours = Path.of(source.getLocation().toURI());
            return Optional.ofNullable(ours.resolveSibling(module));
        } catch (URISyntaxException e) {
            return Optional.empty();
        }
    }

    private static List<Path> jars(Path directory) {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(f -> f.toString().endsWith(".jar")).sorted().toList();
        } catch (IOException e) {
            return List.of();
        }
    }
}
