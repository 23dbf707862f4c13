package io.svcdht.node.extra;

import java.net.URL;
import java.net.URLClassLoader;
import java.util.List;

/** Takes only named packages, and the JDK's, from this program; of all others it has its own. */
final class ApartLoader extends URLClassLoader {
    private final List<String> shared;

    /** @param shared each ending with a dot */
    ApartLoader(String name, URL[] jars, List<String> shared) {
        super(name, jars, ClassLoader.getPlatformClassLoader());
        this.shared = List.copyOf(shared);
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (shared.stream().anyMatch(name::startsWith)) {
            return ApartLoader.class.getClassLoader().loadClass(name);
        }
        return super.loadClass(name, resolve);
    }
}
