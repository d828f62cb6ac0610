package io.pgproxy.core.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pgproxy.protocol.ProtocolException;
import io.pgproxy.tls.ChannelBinding;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A server may be hostile, too. */
class ScramLoginTest {
    private static ScramLogin begun() {
        ScramLogin login = ScramLogin.begin(
                List.of("SCRAM-SHA-256-PLUS", "SCRAM-SHA-256"), "pw".toCharArray(), null, ChannelBinding.PREFER);
        assertThat(login.clientFirst()).startsWith("n,,n=*,r=");
        return login;
    }

    private static String nonce(ScramLogin login) {
        return login.clientFirst().substring("n,,n=*,r=".length());
    }

    @Test
    void anAcceptableChallengeIsAnswered() {
        ScramLogin login = begun();

        String proof = login.prove("r=" + nonce(login) + "more,s=c2FsdHNhbHRzYWx0c2FsdA==,i=4096");

        assertThat(proof).startsWith("c=biws,r=" + nonce(login) + "more,p=");
        assertThat(login.isServerVerified()).isFalse();
    }

    @Test
    void aServerThatDoesNotKnowThePasswordIsFoundOut() {
        ScramLogin login = begun();
        login.prove("r=" + nonce(login) + "more,s=c2FsdHNhbHRzYWx0c2FsdA==,i=4096");

        assertThatThrownBy(() -> login.verifyServer("v=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="))
                .isInstanceOf(ProtocolException.class);
        assertThat(login.isServerVerified()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "r=%smore,s=c2FsdA==,i=100001",
                "r=%smore,s=c2FsdA==,i=99999999999999999999",
                "r=%smore,s=c2FsdA==,i=0",
                "r=%smore,s=c2FsdA==",
                "r=%smore,s=,i=4096",
                "r=other,s=c2FsdA==,i=4096",
                "m=ext,r=%smore,s=c2FsdA==,i=4096",
                ""
            })
    void aChallengeThatIsNotAcceptableIsNotAnswered(String challenge) {
        ScramLogin login = begun();

        assertThat(login.prove(challenge.replace("%s", nonce(login)))).isNull();
    }

    @Test
    void anEndlessChallengeIsNotAnswered() {
        ScramLogin login = begun();

        assertThat(login.prove("r=" + nonce(login) + "x".repeat(10_000) + ",s=c2FsdA==,i=4096"))
                .isNull();
    }

    @Test
    void aServerThatOffersNothingWeKnowIsRefused() {
        assertThatThrownBy(
                        () -> ScramLogin.begin(List.of("SCRAM-SHA-1"), "pw".toCharArray(), null, ChannelBinding.PREFER))
                .isInstanceOf(ProtocolException.class);
    }
}
