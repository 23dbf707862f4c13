package io.svcdht.console.web;

import io.svcdht.console.view.FleetPage;
import io.svcdht.console.view.Page;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.thymeleaf.TemplateEngine;
import org.thymeleaf.context.Context;
import org.thymeleaf.templatemode.TemplateMode;
import org.thymeleaf.templateresolver.ClassLoaderTemplateResolver;

/** Turns page records into HTML. Thymeleaf reads its templates from the jar and keeps them in memory. */
final class Pages {
    private final Asset style;
    private final Asset mark;
    private final Asset script;
    private @Nullable TemplateEngine engine;

    Pages(Asset style, Asset mark, Asset script) {
        this.style = style;
        this.mark = mark;
        this.script = script;
    }

    /** Made for the first reader: a node that starts should not wait for a page nobody looks at. */
    private synchronized TemplateEngine engine() {
        TemplateEngine made = engine;
        if (made == null) {
            ClassLoaderTemplateResolver resolver = new ClassLoaderTemplateResolver(Pages.class.getClassLoader());
            resolver.setPrefix("io/svcdht/console/web/");
            resolver.setSuffix(".html");
            resolver.setTemplateMode(TemplateMode.HTML);
            resolver.setCharacterEncoding("UTF-8");
            resolver.setCacheable(true);
            RecordMethods.register();
            made = new TemplateEngine();
            made.setTemplateResolver(resolver);
            engine = made;
        }
        return made;
    }

    /** The page to sign in at. */
    String signIn(String root, String next, String why) {
        return engine().process(
                        "login",
                        new Context(
                                Locale.ROOT,
                                Map.of(
                                        "root", root,
                                        "next", next,
                                        "why", why,
                                        "style", root + style.path(),
                                        "mark", root + mark.path())));
    }

    /** What every page asks for. */
    List<Asset> assets() {
        return List.of(style, mark, script);
    }

    /** A page of a fleet, as below. */
    String html(String template, FleetPage page) {
        return html(template, page, page.frame(), page.frame().root());
    }

    /** In templates {@code p} is the page and {@code f} the frame around it. */
    String html(String template, Page page) {
        return html(template, page, page.frame(), page.frame().root());
    }

    private String html(String template, Object page, Object frame, String root) {
        return engine().process(
                        template,
                        new Context(
                                Locale.ROOT,
                                Map.of(
                                        "p",
                                        page,
                                        "f",
                                        frame,
                                        "style",
                                        root + style.path(),
                                        "script",
                                        root + script.path(),
                                        "mark",
                                        root + mark.path())));
    }
}
