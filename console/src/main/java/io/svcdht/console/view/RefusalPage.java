package io.svcdht.console.view;

/**
 * Why there is no page, in words.
 *
 * @param title what went wrong, in a few words
 * @param advice what one can do
 * @param href a way on, empty = none
 */
public record RefusalPage(Frame frame, String title, String sentence, String advice, String href, String label)
        implements Page {
    public static RefusalPage of(Visit visit, PageRefused why) {
        String title =
                switch (why.code()) {
                    case NotFound -> "Nothing here";
                    case AmnesiaMode -> "No past in amnesia";
                    case PositionPruned -> "No longer kept";
                    case FuturePosition -> "Not yet";
                    case Unauthorized, Forbidden -> "Not allowed";
                    case QuotaHit -> "Too much at once";
                    case JournalUnavailable -> "The journal cannot be read";
                    case Internal -> "A defect";
                    default -> "This cannot be shown";
                };
        Links live = new Links(visit.links().root(), "");
        return new RefusalPage(
                Frame.plain(visit, title),
                title,
                why.sentence(),
                why.code().httpStatus() == 400 ? "" : why.code().advice(),
                why.label().isEmpty() ? "" : live.to(why.path()),
                why.label());
    }
}
