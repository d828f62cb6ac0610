package io.pgproxy.auth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is kept of passwords: read, written, compared, and never shown. */
class SecretTest {
    /** Of the password {@code pencil} with the salt of RFC 7677, as PostgreSQL writes it. */
    private static final String PENCIL =
            "SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuL"
                    + "mtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=";

    private static Password password(String text) {
        return Password.of(text.getBytes(UTF_8));
    }

    @Test
    void aVerifierIsReadAndWritten() {
        ScramVerifier verifier = ScramVerifier.parse(PENCIL);

        assertThat(verifier.text()).isEqualTo(PENCIL);
        assertThat(verifier.iterations()).isEqualTo(4_096);
        assertThat(ScramVerifier.of("pencil".toCharArray(), verifier.salt(), 4_096)
                        .text())
                .isEqualTo(PENCIL);
        assertThat(verifier.matches("anybody", password("pencil"))).isTrue();
        assertThat(verifier.matches("anybody", password("pencils"))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "SCRAM-SHA-256",
                "SCRAM-SHA-256$4096:W22Z$AAAA:AAAA",
                "SCRAM-SHA-256$4095:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7t"
                        + "l2KeoiWGPlZqQxSrmfPwDl2dU=",
                "SCRAM-SHA-256$99999999:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAm"
                        + "Q7tl2KeoiWGPlZqQxSrmfPwDl2dU=",
                "SCRAM-SHA-256$x:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2Ke"
                        + "oiWGPlZqQxSrmfPwDl2dU=",
                "SCRAM-SHA-256$4096:####$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPw"
                        + "Dl2dU=",
            })
    void whatIsNoVerifierIsRefusedWithoutBeingQuoted(String text) {
        assertThatThrownBy(() -> ScramVerifier.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("WG5d8oPm");
    }

    @Test
    void aPasswordIsPreparedAsTheServerDoes() {
        byte[] salt = {1, 2, 3};
        ScramVerifier verifier = ScramVerifier.of("I\u00ADX \u2168".toCharArray(), salt, 4_096);

        assertThat(verifier.matches("u", password("IX IX"))).isTrue();
        assertThat(verifier.matches("u", password("I\u00ADX \u2168"))).isTrue();
        // Prohibited by SASLprep: taken as it is.
        ScramVerifier bell = ScramVerifier.of("a\u0007".toCharArray(), salt, 4_096);
        assertThat(bell.matches("u", password("a\u0007"))).isTrue();
        assertThat(bell.matches("u", password("a"))).isFalse();
        // Nothing is left of it: as it is, too.
        ScramVerifier hyphen = ScramVerifier.of("\u00AD".toCharArray(), salt, 4_096);
        assertThat(hyphen.matches("u", password("\u00AD"))).isTrue();
        assertThat(hyphen.matches("u", password("\u00AD\u00AD"))).isFalse();
        // Not even text.
        assertThat(bell.matches("u", Password.of(new byte[] {(byte) 0xff, 'a'})))
                .isFalse();
    }

    @Test
    void eachVerifierHasASaltOfItsOwn() {
        assertThat(ScramVerifier.of("x".toCharArray()).text())
                .isNotEqualTo(ScramVerifier.of("x".toCharArray()).text());
        assertThat(ScramVerifier.of("x".toCharArray()).salt()).hasSize(16);
    }

    @Test
    void whatTheServerKeepsIsToldApart() {
        assertThat(Secret.parse(PENCIL)).isInstanceOf(ScramVerifier.class);
        assertThat(Secret.parse("md5a3556571e93b0d20722ba62be61e8c2d")).isInstanceOf(Md5Hash.class);
        assertThat(Secret.parse("md5a3556571e93b0d20722ba62be61e8c2")).isInstanceOf(ClearPassword.class);
        assertThatThrownBy(() -> Secret.parse("SCRAM-SHA-256$")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Secret.parse("")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void anMd5HashIsOfPasswordAndUser() {
        Md5Hash hash = Md5Hash.of("me", "secret".toCharArray());

        assertThat(hash.matches("me", password("secret"))).isTrue();
        assertThat(hash.matches("you", password("secret"))).isFalse();
        assertThat(hash.matches("me", password("Secret"))).isFalse();
        byte[] answer = "md58322d584bf59f0253d58346307bb6ba3".getBytes(UTF_8); // by another program
        assertThat(hash.isProvenBy(new byte[] {1, 2, 3, 4}, answer)).isTrue();
        assertThat(hash.isProvenBy(new byte[] {1, 2, 3, 5}, answer)).isFalse();
        assertThat(hash.isProvenBy(new byte[] {1, 2, 3, 4}, new byte[0])).isFalse();
    }

    @Test
    void anArgon2HashIsReadAndWrittenInPhcForm() {
        PasswordHash hash = PasswordHash.of("s\u00e9same".toCharArray());

        assertThat(hash.text()).startsWith("$argon2id$v=19$m=19456,t=2,p=1$");
        PasswordHash read = PasswordHash.parse(hash.text());
        assertThat(read.text()).isEqualTo(hash.text());
        assertThat(read.matches("u", password("s\u00e9same"))).isTrue();
        assertThat(read.matches("u", password("sesame"))).isFalse();
    }

    @Test
    void anArgon2HashOfAnotherProgramFits() {
        // From test.c of the reference implementation.
        PasswordHash hash = PasswordHash.parse(
                "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$" + "CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc");

        assertThat(hash.matches("u", password("password"))).isTrue();
        assertThat(hash.matches("u", password("passwore"))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "$argon2i$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
                "$argon2id$v=16$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
                "$argon2id$v=19$m=9999999,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
                "$argon2id$v=19$m=65536,t=999,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
                "$argon2id$v=19$m=65536,t=2,p=99$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
                "$argon2id$v=19$m=65536,t=2,p=0$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
                "$argon2id$v=19$m=65536,t=2,p=1$c2E$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
                "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFh",
                "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ",
            })
    void whatCostsTooMuchOrIsNoHashIsRefused(String text) {
        assertThatThrownBy(() -> PasswordHash.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("c29tZX");
    }

    @Test
    void nothingIsShown() {
        char[] secret = "Tr0ub4dor".toCharArray();
        ScramVerifier verifier = ScramVerifier.of(secret);
        PasswordHash hash = PasswordHash.of(secret);
        Md5Hash md5 = Md5Hash.of("me", secret);
        String salt = Base64.getEncoder().encodeToString(verifier.salt());

        for (Object each : new Object[] {
            verifier,
            hash,
            md5,
            ClearPassword.of(secret),
            password("Tr0ub4dor"),
            User.of("me", verifier),
            Users.of(List.of(User.of("me", md5)))
        }) {
            assertThat(each.toString()).doesNotContain("Tr0ub4dor", salt, "$argon2id");
            assertThat(each.toString().length()).isLessThan(40);
        }
    }

    @Test
    void aClearedPasswordIsForgotten() {
        Password password = password("secret");
        assertThat(password.isSame("secret".toCharArray())).isTrue();
        assertThat(password.toCharArray()).isEqualTo("secret".toCharArray());

        password.clear();

        assertThat(password.isSame("secret".toCharArray())).isFalse();
        assertThat(password.toByteArray()).containsOnly(0);
    }
}
