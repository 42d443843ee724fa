package postern.app;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;

import postern.core.Ticker;
import postern.http.Response;
import postern.http.Routes;
import postern.store.Database;
import postern.store.StoreUnavailable;

import java.util.concurrent.atomic.AtomicBoolean;

/** Is it alive, and can it work. */
final class Health {
    private final Response alive;
    private final Database database;
    private final WriteProbe probe;
    private final AtomicBoolean stopping = new AtomicBoolean();

    Health(BuildInfo build, Database database, Ticker ticker) {
        var body = JsonNodeFactory.instance.objectNode();
        body.put("status", "ok").put("version", build.version()).put("git", build.gitRevision());
        this.alive = Response.json(200, body.toString()).with("Cache-Control", "no-store");
        this.database = database;
        this.probe = new WriteProbe(database::writeOnePage, ticker);
    }

    void addTo(Routes.Builder routes) {
        routes.get("/healthz", request -> alive);
        routes.get("/readyz", request -> ready());
    }

    void stopping() {
        stopping.set(true);
    }

    Response ready() {
        if (stopping.get()) return notReady("stopping");
        try {
            database.read(tx -> tx.first("select 1", row -> row.getInt(1)));
            if (!probe.canWrite()) return notReady("the database takes no writes");
            return Response.json(200, "{\"status\":\"ready\"}").with("Cache-Control", "no-store");
        } catch (StoreUnavailable unavailable) {
            return notReady("the database does not answer");
        }
    }

    private static Response notReady(String why) {
        return Response.problem(503, "not ready", why).with("Retry-After", "5");
    }
}
