package postern.app;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import postern.forge.relay.RelayCall;
import postern.forge.relay.RelayListener;

/** Calls of children at the forge, at level debug. */
final class RelayCallLog implements RelayListener {
    private static final Logger LOG = LoggerFactory.getLogger(RelayCallLog.class);

    @Override
    public void called(RelayCall call) {
        LOG.atDebug()
                .addKeyValue("grant", call.grant())
                .addKeyValue("method", call.method())
                .addKeyValue("path", call.pathPattern())
                .addKeyValue("status", call.status())
                .addKeyValue("millis", call.duration().toMillis())
                .log("relay.call");
    }
}
