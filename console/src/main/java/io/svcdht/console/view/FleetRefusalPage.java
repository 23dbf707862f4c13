package io.svcdht.console.view;

import java.util.Map;

/** Why there is no page, in words. */
public record FleetRefusalPage(FleetFrame frame, String title, String sentence, String href, Object data)
        implements FleetPage {
    public static FleetRefusalPage of(FleetVisit visit, PageRefused why) {
        String title =
                switch (why.code().httpStatus()) {
                    case 404 -> "Nothing here";
                    case 403 -> "Not allowed";
                    case 429 -> "Too much at once";
                    case 500 -> "A defect";
                    default -> "This cannot be shown";
                };
        return new FleetRefusalPage(
                FleetFrame.plain(visit, title),
                title,
                why.sentence(),
                visit.root(),
                Map.of("code", why.code().name(), "detail", why.sentence()));
    }
}
