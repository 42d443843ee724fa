package postern.e2e;

import postern.testkit.forgejo.Endpoint;
import postern.testkit.forgejo.Fault;

import java.time.Duration;

/**
 * What may happen between a forge and us without anybody having to sign in again: nothing of it
 * happens between a rotation and its answer.
 */
enum Weather {
    FINE,
    STOPPED {
        @Override
        void comes(Installation installation) throws Exception {
            installation.restart();
        }
    },
    KILLED {
        @Override
        void comes(Installation installation) throws Exception {
            installation.killAndStartAgain();
        }
    },
    FORGE_DOWN {
        @Override
        void comes(Installation installation) throws Exception {
            installation.forge().operator().refuseConnections();
        }

        @Override
        void goes(Installation installation) throws Exception {
            installation.forge().operator().acceptConnections();
        }
    },
    SLOW(new Fault.Slow(Duration.ofMillis(700))),
    DRIPPING(new Fault.Drip(200, Duration.ofMillis(5))),
    REQUEST_LOST(new Fault.LoseRequest()),
    PROXY_PAGE(Fault.html(502)),
    SERVER_ERROR(Fault.status(500)),
    LIMITED(Fault.tooManyRequests(Duration.ofSeconds(1))),
    GARBLED(new Fault.Answer(200, "application/json", "{\"access_token\":\"eyJ")),
    EMPTY(new Fault.Answer(200, "application/json", "{}")),
    COUNTER_RACE(
            new Fault.Answer(
                    400,
                    "application/json",
                    "{\"error\":\"invalid_grant\",\"error_description\":\"cannot increase the grant"
                            + " counter\"}")),
    WRONG_SECRET(
            new Fault.Answer(
                    400,
                    "application/json",
                    "{\"error\":\"invalid_client\",\"error_description\":\"invalid client"
                            + " secret\"}")),
    DOWN_AND_KILLED {
        @Override
        void comes(Installation installation) throws Exception {
            FORGE_DOWN.comes(installation);
            installation.killAndStartAgain();
        }

        @Override
        void goes(Installation installation) throws Exception {
            FORGE_DOWN.goes(installation);
        }
    };

    private final Fault fault;

    Weather() {
        this(null);
    }

    /**
     * @param fault of the next answer to a refresh
     */
    Weather(Fault fault) {
        this.fault = fault;
    }

    void comes(Installation installation) throws Exception {
        if (fault != null) installation.forge().addFault(Endpoint.TOKEN_REFRESH, fault, 1);
    }

    void goes(Installation installation) throws Exception {
        installation.forge().clearFaults();
    }
}
