package io.pgproxy.core.internal.auth;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.ongres.scram.client.ScramClient;
import io.pgproxy.auth.ScramVerifier;
import io.pgproxy.protocol.ProtocolException;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The server's side of SCRAM: against the RFC, against a client that others have written, and against liars. */
class ScramExchangeTest {
    private static final String PLAIN = "SCRAM-SHA-256";
    private static final String PLUS = "SCRAM-SHA-256-PLUS";
    private static final byte[] BINDING = {1, 2, 3, -4};

    /** RFC 7677, section 3. */
    private static final String CLIENT_NONCE = "rOprNGfwEbeRWgbNEkqO";

    private static final String SERVER_NONCE = "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
    private static final String CLIENT_FIRST = "n,,n=user,r=" + CLIENT_NONCE;
    private static final String SERVER_FIRST =
            "r=" + CLIENT_NONCE + SERVER_NONCE + ",s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096";
    private static final String WITHOUT_PROOF = "c=biws,r=" + CLIENT_NONCE + SERVER_NONCE;
    private static final String PROOF = ",p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=";

    private static final ScramVerifier VERIFIER =
            ScramVerifier.of("pencil".toCharArray(), Base64.getDecoder().decode("W22ZaJ0SNY7soEsUEjb6gQ=="), 4_096);

    private static ScramExchange exchange() {
        return new ScramExchange(VERIFIER, null, SERVER_NONCE);
    }

    private static ScramExchange challenged() {
        ScramExchange exchange = exchange();
        exchange.challenge(PLAIN, CLIENT_FIRST.getBytes(UTF_8));
        return exchange;
    }

    private static void refuses(ScramExchange exchange, String mechanism, String first, String state) {
        assertThatThrownBy(() -> exchange.challenge(mechanism, first.getBytes(UTF_8)))
                .isInstanceOfSatisfying(
                        ProtocolException.class,
                        refusal -> assertThat(refusal.sqlState()).isEqualTo(state));
        assertThatThrownBy(() -> exchange.conclude((WITHOUT_PROOF + PROOF).getBytes(UTF_8)))
                .isInstanceOf(ProtocolException.class);
    }

    private static void refusesFinal(String last, String state) {
        ScramExchange exchange = challenged();
        assertThatThrownBy(() -> exchange.conclude(last.getBytes(UTF_8)))
                .isInstanceOfSatisfying(
                        ProtocolException.class,
                        refusal -> assertThat(refusal.sqlState()).isEqualTo(state));
    }

    @Test
    void theExampleOfTheRfc() {
        ScramExchange exchange = exchange();

        assertThat(exchange.mechanisms()).containsExactly(PLAIN);
        assertThat(exchange.challenge(PLAIN, CLIENT_FIRST.getBytes(UTF_8)))
                .asString(UTF_8)
                .isEqualTo(SERVER_FIRST);
        assertThat(exchange.conclude((WITHOUT_PROOF + PROOF).getBytes(UTF_8)))
                .asString(UTF_8)
                .isEqualTo("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=");
    }

    @Test
    void aWrongProofIsNoneWhateverItsLength() {
        assertThat(challenged()
                        .conclude((WITHOUT_PROOF + ",p=eHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=").getBytes(UTF_8)))
                .isNull();
        assertThat(challenged().conclude((WITHOUT_PROOF + ",p=").getBytes(UTF_8)))
                .isNull();
        assertThat(challenged().conclude((WITHOUT_PROOF + ",p=AAAA").getBytes(UTF_8)))
                .isNull();
        assertThat(challenged()
                        .conclude((WITHOUT_PROOF + ",p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQA").getBytes(UTF_8)))
                .isNull();
    }

    @Test
    void nothingIsSaidTwice() {
        ScramExchange exchange = challenged();
        byte[] last = (WITHOUT_PROOF + PROOF).getBytes(UTF_8);
        assertThat(exchange.conclude(last)).isNotNull();

        assertThatThrownBy(() -> exchange.conclude(last)).isInstanceOf(ProtocolException.class);
        assertThatThrownBy(() -> exchange.challenge(PLAIN, CLIENT_FIRST.getBytes(UTF_8)))
                .isInstanceOf(ProtocolException.class);
        assertThatThrownBy(() -> exchange().conclude(last)).isInstanceOf(ProtocolException.class);
    }

    @Test
    void anAnswerOfYesterdayHasTheWrongNonce() {
        ScramExchange today = new ScramExchange(VERIFIER, null);
        today.challenge(PLAIN, CLIENT_FIRST.getBytes(UTF_8));

        assertThatThrownBy(() -> today.conclude((WITHOUT_PROOF + PROOF).getBytes(UTF_8)))
                .hasMessageContaining("nonce");
    }

    @Test
    void eachExchangeHasANonceOfAtLeast18Bytes() {
        Set<String> nonces = new HashSet<>();
        for (int i = 0; i < 100; i++) {
            String first =
                    new String(new ScramExchange(VERIFIER, null).challenge(PLAIN, CLIENT_FIRST.getBytes(UTF_8)), UTF_8);
            String ours = first.substring(("r=" + CLIENT_NONCE).length(), first.indexOf(",s="));
            assertThat(Base64.getDecoder().decode(ours).length).isGreaterThanOrEqualTo(18);
            nonces.add(ours);
        }
        assertThat(nonces).hasSize(100);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "n,a=admin,n=,r=abc | 0A000",
                "n,,m=1,n=,r=abc | 0A000",
                "p=tls-server-end-point,,n=,r=abc | 08P01",
                "x,,n=,r=abc | 08P01",
                ",,n=,r=abc | 08P01",
                "n,,r=abc | 08P01",
                "n,,n=,r= | 08P01",
                "n,,n= | 08P01",
                "n,,n=,s=abc | 08P01",
                "n,, | 08P01",
                "n, | 08P01",
                "n | 08P01",
                "'' | 08P01",
            })
    void whatNoClientSaysFirst(String first, String state) {
        refuses(exchange(), PLAIN, first, state);
    }

    @Test
    void whatCannotBeWrittenInATable() {
        refuses(exchange(), PLAIN, "n,,n=,r=a\0b", "08P01");
        refuses(exchange(), PLAIN, "n,,n=,r=a\u00e9b", "08P01");
        refuses(exchange(), PLAIN, "n,,n=" + "x".repeat(5_000) + ",r=abc", "08P01");
        refuses(exchange(), "SCRAM-SHA-1", CLIENT_FIRST, "08P01");
        refuses(exchange(), PLUS, CLIENT_FIRST, "08P01");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "r=abc,p=AAAA | 08P01",
                "c=biws,p=AAAA | 08P01",
                "c=biws,r=abc,p=AAAA | 08P01",
                "c=biws,r=rOprNGfwEbeRWgbNEkqO,p=AAAA | 08P01",
                "c=eSws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=AAAA | 28000",
                "c=,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=AAAA | 28000",
                "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0 | 08P01",
                "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0, | 08P01",
                "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=#### | 08P01",
                "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=AAAA,x=1 | 08P01",
                "'' | 08P01",
            })
    void whatNoClientSaysLast(String last, String state) {
        refusesFinal(last, state);
    }

    @Test
    void everyCutOfAMessageIsRefusedOrNoProof() {
        for (int length = 0; length < CLIENT_FIRST.length() - CLIENT_NONCE.length(); length++) {
            refuses(exchange(), PLAIN, CLIENT_FIRST.substring(0, length), "08P01");
        }
        String last = WITHOUT_PROOF + PROOF;
        for (int length = 0; length < last.length() - 1; length++) { // base 64 may lack its last padding
            ScramExchange exchange = challenged();
            byte[] cut = last.substring(0, length).getBytes(UTF_8);
            byte @Nullable [] proof = null;
            try {
                proof = exchange.conclude(cut);
            } catch (ProtocolException refused) {
                assertThat(refused.sqlState()).isIn("08P01", "28000");
            }
            assertThat(proof).isNull();
        }
    }

    @Test
    void aDowngradeIsSeen() {
        ScramExchange bound = new ScramExchange(VERIFIER, BINDING);

        assertThat(bound.mechanisms()).containsExactly(PLUS, PLAIN);
        refuses(bound, PLAIN, "y,,n=,r=abc", "28000");
    }

    @Test
    void aClientWithoutBindingMayStayWithoutIt() {
        assertThat(new ScramExchange(VERIFIER, BINDING).challenge(PLAIN, CLIENT_FIRST.getBytes(UTF_8)))
                .isNotEmpty();
        assertThat(exchange().challenge(PLAIN, "y,,n=,r=abc".getBytes(UTF_8))).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"n,,n=,r=abc", "y,,n=,r=abc", "p=tls-unique,,n=,r=abc", "p=,,n=,r=abc"})
    void plusNeedsTheOneBinding(String first) {
        refuses(new ScramExchange(VERIFIER, BINDING), PLUS, first, "08P01");
    }

    @ParameterizedTest
    @ValueSource(strings = {PLAIN, PLUS})
    void aClientOfOthersIsLetIn(String mechanism) throws Exception {
        assertThat(login(mechanism, "pencil", BINDING)).isTrue();
        assertThat(login(mechanism, "pencils", BINDING)).isFalse();
    }

    @Test
    void anotherBindingIsAnotherServer() {
        assertThatThrownBy(() -> login(PLUS, "pencil", new byte[] {1, 2, 3, 4}))
                .isInstanceOfSatisfying(
                        ProtocolException.class,
                        refusal -> assertThat(refusal.sqlState()).isEqualTo("28000"));
    }

    /** As the client would: it sees the binding of the channel that it is on. */
    private static boolean login(String mechanism, String password, byte[] seen) throws Exception {
        ScramClient client = ScramClient.builder()
                .advertisedMechanisms(List.of(mechanism))
                .username("*")
                .password(password.toCharArray())
                .channelBinding("tls-server-end-point", mechanism.equals(PLUS) ? seen : new byte[0])
                .build();
        // A client that knows bindings and was offered none says so: then we must not have offered any.
        ScramExchange exchange = new ScramExchange(VERIFIER, mechanism.equals(PLUS) ? BINDING : null);
        byte[] first = exchange.challenge(
                client.getScramMechanism().getName(),
                client.clientFirstMessage().toString().getBytes(US_ASCII));
        client.serverFirstMessage(new String(first, UTF_8));
        byte[] last = exchange.conclude(client.clientFinalMessage().toString().getBytes(US_ASCII));
        if (last == null) {
            return false;
        }
        client.serverFinalMessage(new String(last, UTF_8)); // throws if we do not know the password
        return true;
    }
}
