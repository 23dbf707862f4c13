package io.svcdht.console.web;

import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;

/** Serves the console of a made-up node until its standard input ends: for looking at pages. */
public final class DemoServer {
    private DemoServer() {}

    public static void main(String[] args) throws Exception {
        Vertx vertx = Vertx.vertx();
        Router root = Router.router(vertx);
        root.route("/console/*").subRouter(ConsoleRouter.create(vertx, DemoNode.make()));
        int port = args.length > 0 ? Integer.parseInt(args[0]) : 0;
        int bound = vertx.createHttpServer()
                .requestHandler(root)
                .listen(port, "127.0.0.1")
                .await()
                .actualPort();
        System.out.println("http://127.0.0.1:" + bound + "/console/");
        while (System.in.read() >= 0) {
            // Until whoever started this goes away.
        }
        vertx.close().await();
    }
}
