package io.pgproxy.auth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Names of certificates, and which users they may be. */
class CertificateAuthenticatorTest {
    private static X509Certificate alice;
    private static X509Certificate twoNames;

    @BeforeAll
    static void make(@TempDir Path directory) throws Exception {
        alice = certificate(directory, "a", "CN=alice,O=Example", "email:alice@example.com,dns:alice.example");
        twoNames = certificate(directory, "b", "CN=alice,CN=root", "dns:x");
    }

    private static X509Certificate certificate(Path directory, String alias, String subject, String names)
            throws Exception {
        Path store = directory.resolve(alias + ".p12");
        String keytool =
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        run(
                keytool,
                "-genkeypair",
                "-alias",
                alias,
                "-keyalg",
                "EC",
                "-dname",
                subject,
                "-ext",
                "san=" + names,
                "-keystore",
                store.toString(),
                "-storepass",
                "changeit",
                "-storetype",
                "PKCS12");
        Path exported = directory.resolve(alias + ".cer");
        run(
                keytool,
                "-exportcert",
                "-alias",
                alias,
                "-keystore",
                store.toString(),
                "-storepass",
                "changeit",
                "-file",
                exported.toString());
        return (X509Certificate) CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(Files.readAllBytes(exported)));
    }

    private static void run(String... command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
    }

    private static boolean letsIn(CertificateName name, IdentityMap map, Login login) {
        var stage = CertificateAuthenticator.of(name, map).authenticate(login).toCompletableFuture();
        if (stage.isCompletedExceptionally()) {
            assertThatThrownBy(stage::join).cause().isInstanceOfSatisfying(LoginRefusedException.class, refused -> {
                assertThat(refused.error().sqlState()).isEqualTo("28000");
                assertThat(refused.error().message())
                        .isEqualTo("certificate authentication failed for user \"" + login.user() + "\"");
            });
            return false;
        }
        assertThat(stage.join().user()).isEqualTo(login.user());
        return true;
    }

    @Test
    void theCommonNameIsTheUser() {
        IdentityMap same = IdentityMap.same();

        assertThat(letsIn(CertificateName.COMMON_NAME, same, new QuietLogin("alice", List.of(alice))))
                .isTrue();
        assertThat(letsIn(CertificateName.COMMON_NAME, same, new QuietLogin("bob", List.of(alice))))
                .isFalse();
        assertThat(letsIn(CertificateName.COMMON_NAME, same, new QuietLogin("alice", List.of())))
                .isFalse();
        assertThat(letsIn(CertificateName.COMMON_NAME, same, new QuietLogin("alice", List.of(twoNames, alice))))
                .isFalse();
        assertThat(letsIn(CertificateName.COMMON_NAME, same, new QuietLogin("root", List.of(twoNames))))
                .isFalse();
    }

    @Test
    void anAlternativeNameIsMapped() {
        IdentityMap map = IdentityMap.empty().map("/(.*)@example\\.com", "\\1");

        assertThat(letsIn(CertificateName.ALTERNATIVE_NAME, map, new QuietLogin("alice", List.of(alice))))
                .isTrue();
        assertThat(letsIn(CertificateName.COMMON_NAME, map, new QuietLogin("alice", List.of(alice))))
                .isFalse();
        assertThat(letsIn(
                        CertificateName.ALTERNATIVE_NAME,
                        IdentityMap.empty().map("alice.example", "web"),
                        new QuietLogin("web", List.of(alice))))
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "alice@example.com | alice | true",
                "alice@example.com | bob | false",
                "alice@example.com.evil.org | alice | false",
                "x alice@example.com | alice | false",
                "ops-7 | operator | true",
                "ops-7x | operator | false",
                "root | postgres | true",
                "root | root | false",
                "Root | postgres | false",
            })
    void lines(String name, String user, boolean permitted) {
        IdentityMap map = IdentityMap.empty()
                .map("/([a-z]+)@example\\.com", "\\1")
                .map("/ops-[0-9]", "operator")
                .map("root", "postgres");

        assertThat(map.permits(name, user)).isEqualTo(permitted);
    }

    @Test
    void aLineThatCannotWorkIsRefused() {
        assertThatThrownBy(() -> IdentityMap.empty().map("/(", "x")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> IdentityMap.empty().map("/.*", "\\1")).isInstanceOf(IllegalArgumentException.class);
        assertThat(IdentityMap.empty().permits("a", "a")).isFalse();
    }
}
