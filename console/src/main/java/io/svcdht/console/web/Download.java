package io.svcdht.console.web;

import io.svcdht.console.view.AuditPage;
import io.svcdht.console.view.DiffExport;
import io.svcdht.console.view.Exports;
import io.svcdht.console.view.Lines;
import io.svcdht.console.view.LookupPage;
import io.svcdht.console.view.Overview;
import io.svcdht.console.view.PageRefused;
import io.svcdht.console.view.Visit;
import io.svcdht.node.config.Role;
import io.svcdht.node.error.ErrorCode;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A page's content as a file, written by a thread that waits for a slow reader, and never more than a few at once.
 *
 * @param path below the console
 */
record Download(String path, Role role, String contentType, BiConsumer<Visit, Lines> write) {
    private static final Logger LOG = LoggerFactory.getLogger(Download.class);
    private static final Semaphore PLACES = new Semaphore(4);
    private static final int CHUNK_BYTES = 32 << 10;
    private static final int CHUNKS_AHEAD = 4;
    private static final long STALLED_SECONDS = 60;

    static final List<Download> ALL = List.of(
            new Download("/journal.ndjson", Role.VIEWER, "application/x-ndjson", Exports::events),
            new Download("/diff.json", Role.VIEWER, "application/json", DiffExport::write),
            new Download("/overview.json", Role.VIEWER, "application/json", Overview::json),
            new Download("/lookup.json", Role.VIEWER, "application/json", LookupPage::json),
            new Download("/providers.ndjson", Role.VIEWER, "application/x-ndjson", Exports::recordsAsJson),
            new Download("/providers.csv", Role.VIEWER, "text/csv; charset=utf-8", Exports::recordsAsCsv),
            new Download("/audit.csv", Role.VIEWER, "text/csv; charset=utf-8", AuditPage::csv));

    /** Nobody listens any more. */
    private static final class Gone extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Gone() {
            super("gone", null, false, false);
        }
    }

    void start(RoutingContext rc, Visit visit, Consumer<PageRefused> refused) {
        if (rc.request().method().equals(HttpMethod.HEAD)) {
            rc.response().putHeader(HttpHeaders.CONTENT_TYPE, contentType);
            rc.end();
            return;
        }
        if (!PLACES.tryAcquire()) {
            refused.accept(
                    PageRefused.of(ErrorCode.QuotaHit, "Four exports are being written already. Try again later."));
            return;
        }
        Out out = new Out(rc);
        Thread.ofVirtual().name("console-export").start(() -> {
            try {
                write.accept(visit, out);
                out.end();
            } catch (PageRefused e) {
                out.context.runOnContext(v -> {
                    if (rc.response().headWritten()) {
                        rc.request().connection().close();
                    } else {
                        refused.accept(e);
                    }
                });
            } catch (Gone e) {
                out.context.runOnContext(v -> rc.request().connection().close());
            } catch (RuntimeException e) {
                // A file that simply ended would look whole.
                LOG.warn("The export {} broke off", path, e);
                out.context.runOnContext(v -> rc.request().connection().close());
            } finally {
                PLACES.release();
            }
        });
    }

    /** Where an export writes; for its thread. */
    private final class Out implements Lines {
        private final HttpServerResponse response;
        private final Context context;
        private final Semaphore ahead = new Semaphore(CHUNKS_AHEAD);
        private final AtomicBoolean closed = new AtomicBoolean();
        private Buffer chunk = Buffer.buffer();

        Out(RoutingContext rc) {
            this.response = rc.response();
            this.context = rc.vertx().getOrCreateContext();
            response.closeHandler(v -> closed.set(true));
            response.exceptionHandler(e -> closed.set(true));
        }

        @Override
        public void line(String text) {
            chunk.appendBytes(text.getBytes(StandardCharsets.UTF_8)).appendByte((byte) '\n');
            if (chunk.length() >= CHUNK_BYTES) {
                flush();
            }
        }

        private void flush() {
            try {
                if (!ahead.tryAcquire(STALLED_SECONDS, TimeUnit.SECONDS) || closed.get()) {
                    throw new Gone();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new Gone();
            }
            Buffer full = chunk;
            chunk = Buffer.buffer();
            context.runOnContext(v -> {
                head();
                response.write(full).onComplete(r -> ahead.release());
            });
        }

        private void head() {
            if (!response.headWritten()) {
                response.putHeader(HttpHeaders.CONTENT_TYPE, contentType)
                        .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                        .putHeader("content-disposition", "attachment; filename=\"" + path.substring(1) + "\"")
                        .setChunked(true);
            }
        }

        void end() {
            Buffer last = chunk;
            context.runOnContext(v -> {
                if (!response.closed()) {
                    head();
                    response.end(last);
                }
            });
        }
    }
}
