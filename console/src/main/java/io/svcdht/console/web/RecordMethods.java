package io.svcdht.console.web;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.HashMap;
import java.util.Map;
import ognl.MethodFailedException;
import ognl.ObjectMethodAccessor;
import ognl.OgnlRuntime;

/**
 * How templates ask a page's records. OGNL itself searches the method, and Thymeleaf its lists of forbidden classes, at
 * each of the thousands of calls a page takes; what a record has to say is looked up once. All else goes the old way.
 */
final class RecordMethods extends ObjectMethodAccessor {
    private static final MethodHandles.Lookup PUBLIC = MethodHandles.publicLookup();
    private static final MethodType ASKED = MethodType.methodType(Object.class, Object.class);

    private static final ClassValue<Map<String, MethodHandle>> WITHOUT_ARGUMENTS = new ClassValue<>() {
        @Override
        protected Map<String, MethodHandle> computeValue(Class<?> type) {
            return methodsOf(type);
        }
    };

    private RecordMethods() {}

    /** For all templates of this process: OGNL keeps one register. */
    static void register() {
        OgnlRuntime.setMethodAccessor(Record.class, new RecordMethods());
    }

    private static Map<String, MethodHandle> methodsOf(Class<?> type) {
        Map<String, MethodHandle> methods = new HashMap<>();
        if (!type.isRecord()) {
            return methods;
        }
        for (Method m : type.getDeclaredMethods()) {
            if (m.getParameterCount() == 0
                    && Modifier.isPublic(m.getModifiers())
                    && !Modifier.isStatic(m.getModifiers())) {
                try {
                    methods.put(m.getName(), PUBLIC.unreflect(m).asType(ASKED));
                } catch (IllegalAccessException e) {
                    // The record itself is not public: OGNL's own way says so.
                }
            }
        }
        return methods;
    }

    @Override
    @SuppressWarnings("rawtypes") // as the library has it
    public Object callMethod(Map context, Object target, String name, Object[] arguments) throws MethodFailedException {
        MethodHandle method = arguments.length > 0
                ? null
                : WITHOUT_ARGUMENTS.get(target.getClass()).get(name);
        if (method == null) {
            return super.callMethod(context, target, name, arguments);
        }
        try {
            return method.invokeExact(target);
        } catch (Throwable e) {
            throw new MethodFailedException(target, name, e);
        }
    }
}
