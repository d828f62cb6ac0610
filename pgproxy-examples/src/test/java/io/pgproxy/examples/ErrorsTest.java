package io.pgproxy.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What cannot work ends at once, with a code for scripts and one line for people. */
class ErrorsTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ''                                                        | Missing required subcommand
            walkthrough                                               | Unmatched argument
            passthrough                                               | (specify one of these): (--upstream=URL | --demo)
            passthrough --demo --upstream postgresql://127.0.0.1:5432 | mutually exclusive
            passthrough --upstream http://127.0.0.1:5432              | malformed upstream URL: it must begin with postgresql://
            passthrough --upstream postgresql://me:hush@:5432         | malformed upstream URL
            passthrough --upstream postgresql://me:hush@h:99999       | not a port: 99999
            passthrough --demo --listen 127.0.0.1                     | '127.0.0.1' is no address to listen on: give HOST:PORT
            passthrough --demo --listen 127.0.0.1:65536               | '127.0.0.1:65536' is no address to listen on
            passthrough --demo --drain -1                             | '-1' is no number of seconds: give 0 or more
            passthrough --demo --drain 1.5                            | '1.5' is no number of seconds: give 0 or more
            passthrough --demo --log-level loud                       | expected one of
            passthrough --demo --color                                | Unknown option: '--color'
            passthrough --demo --metrics 127.0.0.1                    | '127.0.0.1' is no address to listen on: give HOST:PORT
            passthrough --demo --tls-cert a.pem                       | --tls-cert and --tls-key need each other
            guarded --demo --tls-key a.key                            | --tls-cert and --tls-key need each other
            passthrough --demo --tls-mode require                     | --tls-mode needs --tls-cert and --tls-key
            read-only --demo --tls-client-ca a.pem                    | --tls-client-ca needs --tls-cert and --tls-key
            passthrough --demo --users a.txt                          | --users is for --auth scram alone
            read-only --demo --auth scram                             | --auth scram needs --users FILE
            guarded --demo --auth cert                                | --auth cert needs --tls-client-ca FILE
            passthrough --demo --auth kerberos                        | expected one of
            guarded --demo --query-timeout 30                         | '30' is no time: give a number with ms, s, m or h
            guarded --demo --max-bytes 100M                           | '100M' is no size: give a number with B, kB, MB or GB
            guarded --demo --pool-size 5                              | Missing required argument(s): --pool-mode=MODE
            guarded --demo --pool-mode half                           | expected one of
            guarded --demo --pool-mode session --pool-size 0          | '0' is no number of connections: give a whole number
            guarded --demo --max-rows -1                              | '-1' is no limit: give a whole number
            """, quoteCharacter = '"')
    void wrongOptionsEndWith2(String arguments, String complaint) throws Exception {
        String[] words = arguments.equals("''") ? new String[0] : arguments.split(" ");
        try (RunningExample example = RunningExample.start(words)) {
            assertThat(example.exitCode()).isEqualTo(2);
            assertThat(example.standardOutput()).isEmpty();
            assertThat(example.standardError().lines())
                    .singleElement()
                    .asString()
                    .startsWith("pgproxy-examples")
                    .contains(complaint)
                    .endsWith(" --help)")
                    .doesNotContain("hush");
        }
    }

    @Test
    void anUpstreamThatIsNotThereEndsWith1() throws Exception {
        int nobody;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            nobody = free.getLocalPort();
        }
        assertEndsWith1(nobody, "upstream 127.0.0.1:" + nobody + " is not reachable: Connection refused");
    }

    @Test
    void anUpstreamThatRefusesEndsWith1() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread refusal = new Thread(() -> refuse(server));
            refusal.start();
            int port = server.getLocalPort();
            assertEndsWith1(port, "upstream 127.0.0.1:" + port + " refuses: the database system is starting up");
            refusal.join();
        }
    }

    private static void assertEndsWith1(int upstream, String line) throws Exception {
        try (RunningExample example = RunningExample.start(
                "passthrough", "--listen", "127.0.0.1:0", "--upstream", "postgresql://127.0.0.1:" + upstream)) {
            assertThat(example.exitCode()).isEqualTo(1);
            assertThat(example.standardOutput()).isEmpty();
            assertThat(example.standardError())
                    .isEqualToNormalizingNewlines("pgproxy-examples passthrough: " + line + "\n");
        }
    }

    /** Says what PostgreSQL says in its first moments, to a startup packet. */
    private static void refuse(ServerSocket server) {
        try (Socket client = server.accept()) {
            client.getInputStream().readNBytes(8);
            ByteArrayOutputStream fields = new ByteArrayOutputStream();
            for (String field : new String[] {"SFATAL", "VFATAL", "C57P03", "Mthe database system is starting up"}) {
                fields.write(field.getBytes(StandardCharsets.UTF_8));
                fields.write(0);
            }
            fields.write(0);
            DataOutputStream out = new DataOutputStream(client.getOutputStream());
            out.write('E');
            out.writeInt(4 + fields.size());
            fields.writeTo(out);
            out.flush();
            client.shutdownOutput();
            client.getInputStream().readAllBytes();
        } catch (IOException gone) {
            // The assertion on what the example says tells whether the refusal arrived.
        }
    }

    @ParameterizedTest
    @CsvSource({"--version,pgproxy ", "--help,Usage: pgproxy-examples", "passthrough --help,--upstream"})
    void helpAndVersionGoToStandardOutput(String arguments, String text) throws Exception {
        try (RunningExample example = RunningExample.start(arguments.split(" "))) {
            assertThat(example.exitCode()).isZero();
            assertThat(example.standardOutput()).contains(text).doesNotContain("${");
            assertThat(example.standardError()).isEmpty();
        }
    }
}
