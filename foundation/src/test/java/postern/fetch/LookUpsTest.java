package postern.fetch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;

/** Rule C4 for name servers that are silent: nobody else waits for them. */
class LookUpsTest {
    private static final List<InetAddress> ADDRESSES = List.of(InetAddress.ofLiteral("192.0.2.1"));

    private final CountDownLatch answer = new CountDownLatch(1);
    private final LookUps lookUps =
            new LookUps(host -> {
                if (host.startsWith("silent")) awaitAnswer();
                return ADDRESSES;
            });

    @AfterEach
    void close() {
        answer.countDown();
        lookUps.close();
    }

    /** As the system's resolver: an interrupt changes nothing. */
    private void awaitAnswer() {
        while (true) {
            try {
                answer.await();
                return;
            } catch (InterruptedException goesOn) {
                // it waits for the name server alone
            }
        }
    }

    private void refused(String words, String host) {
        CompletionException refusal =
                assertThrows(CompletionException.class, () -> lookUps.start(host).join());
        FetchFailed failed = (FetchFailed) refusal.getCause();
        assertEquals(words, failed.getMessage());
        assertEquals(FetchFailed.Kind.OUR_LIMIT, failed.kind());
    }

    @Test
    void C4_whoever_owns_a_domain_holds_few_places_with_all_its_names() {
        List<CompletableFuture<List<InetAddress>>> hanging = new ArrayList<>();
        for (int i = 0; i < LookUps.MAX_OF_THREE_LABELS; i++) {
            hanging.add(lookUps.start("silent" + i + ".Evil.co.example"));
        }
        refused("too many names of one domain are being looked up", "quick.evil.co.example");
        assertEquals(ADDRESSES, lookUps.start("quick.good.co.example").join());
        answer.countDown();
        hanging.forEach(CompletableFuture::join);
        assertEquals(ADDRESSES, lookUps.start("quick.evil.co.example").join());
    }

    @Test
    void C4_names_of_many_labels_do_not_evade_that() {
        for (int i = 0; i < LookUps.MAX_OF_TWO_LABELS; i++) {
            lookUps.start("silent.a" + i + ".slow.example");
        }
        refused("too many names of one domain are being looked up", "quick.slow.example");
        refused("too many names of one domain are being looked up", "slow.example");
        assertEquals(ADDRESSES, lookUps.start("quick.example").join());
    }

    @Test
    void C4_only_so_many_look_ups_hang_at_once() {
        List<CompletableFuture<List<InetAddress>>> hanging = new ArrayList<>();
        for (int i = 0; i < LookUps.MAX; i++) {
            hanging.add(lookUps.start("silent.slow" + i + ".example"));
        }
        refused("too many names are being looked up", "quick.example");
        refused("too many names are being looked up", "quick.example");
        answer.countDown();
        hanging.forEach(CompletableFuture::join);
        assertEquals(LookUps.MAX, hanging.size());
    }

    @Test
    void a_refusal_for_want_of_a_place_counts_nothing_for_its_domain() {
        for (int i = 0; i < LookUps.MAX; i++) lookUps.start("silent.slow" + i + ".example");
        for (int i = 0; i <= LookUps.MAX_OF_TWO_LABELS; i++) {
            refused("too many names are being looked up", "quick.example");
        }
    }
}
