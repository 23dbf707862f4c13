import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.platform.engine.FilterResult;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.PostDiscoveryFilter;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

/**
 * Runs single methods of test classes: {@code MutantTest ROOT CLASS#METHOD…}, or all of a class without a method. Classes
 * are named simply, their sources are somewhere below ROOT. Ends with 0 if all passed, 1 if one failed, 3 if one did not
 * run; names those that did not pass.
 */
final class MutantTest {
    public static void main(String[] args) throws IOException {
        int status = 0;
        for (String test : List.of(args).subList(1, args.length)) {
            String[] named = test.split("#");
            int one = run(className(Path.of(args[0]), named[0]), named.length == 1 ? "" : named[1]);
            if (one != 0) {
                System.out.println("not passed: " + test);
                status = status == 1 ? 1 : one;
            }
        }
        System.exit(status);
    }

    private static int run(String className, String method) {
        PostDiscoveryFilter only =
                test -> FilterResult.includedIf(!(test.getSource().orElse(null) instanceof MethodSource source)
                        || method.isEmpty()
                        || source.getMethodName().equals(method));
        LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
                .selectors(DiscoverySelectors.selectClass(className))
                .filters(only)
                .build();
        SummaryGeneratingListener listener = new SummaryGeneratingListener();
        LauncherFactory.create().execute(request, listener);
        TestExecutionSummary summary = listener.getSummary();
        summary.printFailuresTo(new PrintWriter(System.out, true), 200);
        if (summary.getTotalFailureCount() > 0) {
            return 1;
        }
        return summary.getTestsSucceededCount() > 0 ? 0 : 3;
    }

    private static String className(Path root, String simple) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            Path file =
                    files.filter(f -> f.endsWith(simple + ".java")).findFirst().orElseThrow();
            return root.relativize(file).toString().replace(".java", "").replace('/', '.');
        }
    }
}
