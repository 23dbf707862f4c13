package io.svcdht.discovery;

import io.svcdht.node.discovery.Discv5;
import io.svcdht.node.extra.OptionalJars;
import java.io.File;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Finds the module as a node does, and what of these tests lives in its layer. */
final class Layer {
    static {
        // As built: the module's classes, its libraries, and these tests.
        Path tests = Path.of(URI.create(
                Layer.class.getProtectionDomain().getCodeSource().getLocation().toString()));
        System.setProperty(
                "svcdht.lib." + Discv5.MODULE,
                Stream.of(tests.resolveSibling("classes"), tests.resolveSibling("lib"), tests)
                        .map(Path::toString)
                        .collect(Collectors.joining(File.pathSeparator)));
    }

    private Layer() {}

    /** Has nodes of this process find the module. */
    static void ready() {}

    static Discv5 module() throws Exception {
        return OptionalJars.findApart(
                Discv5.class,
                Discv5.MODULE,
                "discv5",
                List.of("io.svcdht.node.", "io.svcdht.storage.", "org.slf4j.", "org.jspecify."));
    }

    /** A plain node, to be told what to do. */
    static Plain plain() throws Exception {
        return new Plain(module().getClass()
                .getClassLoader()
                .loadClass(PlainNode.class.getName())
                .getDeclaredConstructor()
                .newInstance());
    }

    /** @param node a {@link PlainNode} of the layer, which is another class than the one these tests know */
    record Plain(Object node) implements AutoCloseable {
        @SuppressWarnings("unchecked")
        String ask(String what, Map<String, Object> entries) {
            return ((BiFunction<String, Map<String, Object>, String>) node).apply(what, entries);
        }

        String record() {
            return ask("record", Map.of());
        }

        @Override
        public void close() {
            ask("stop", Map.of());
        }
    }
}
