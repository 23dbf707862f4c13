package io.svcdht.console.cli;

import java.lang.reflect.Proxy;
import org.slf4j.LoggerFactory;

/**
 * SIGHUP, which Java offers only through a class of {@code jdk.unsupported}: reached by name, so that a build for a
 * stricter JDK still compiles and such a JDK still starts.
 */
final class Signals {
    private Signals() {}

    /** Calls {@code action} on a thread of its own each time; does nothing where the system has no such signal. */
    @SuppressWarnings("ReferenceEquality") // that is what equality of a proxy is
    static void onReload(Runnable action) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object proxy =
                    Proxy.newProxyInstance(handler.getClassLoader(), new Class<?>[] {handler}, (p, method, args) -> {
                        if (method.getName().equals("handle")) {
                            Thread.ofPlatform().name("reload").start(action);
                            return null;
                        }
                        return switch (method.getName()) {
                            case "hashCode" -> System.identityHashCode(p);
                            case "equals" -> p == args[0];
                            default -> "on SIGHUP";
                        };
                    });
            signal.getMethod("handle", signal, handler)
                    .invoke(null, signal.getConstructor(String.class).newInstance("HUP"), proxy);
        } catch (ReflectiveOperationException | IllegalArgumentException e) {
            LoggerFactory.getLogger(Signals.class).warn("No reload by SIGHUP here: {}", e.toString());
        }
    }
}
