import io.svcdht.generated.ApiClient;
import io.svcdht.generated.api.DefaultApi;
import io.svcdht.generated.model.ProvideRequest;
import java.util.List;

/**
 * Announces content and finds it, with a client that nobody wrote.
 *
 * <p>Usage: {@code java -cp target/classes:target/lib/* Walk API CID LOCATOR}. Exit code 0 if it is found.
 */
public final class Walk {
    private Walk() {}

    public static void main(String... args) throws Exception {
        ApiClient client = new ApiClient();
        client.updateBaseUri(args[0]);
        DefaultApi api = new DefaultApi(client);
        System.out.println(api.version().getService());
        api.provide(new ProvideRequest().cid(args[1]).node(args[2]), null, null, null);
        List<String> found = api.findProviders(args[1], null, null, null, null, null).getProviders();
        System.out.println("found " + found);
        int routed = api.delegatedProviders(args[1], "unknown", null).getProviders().size();
        System.out.println("routed " + routed);
        System.exit(found.contains(args[2]) && routed > 0 ? 0 : 1);
    }
}
