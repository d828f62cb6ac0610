package io.pgproxy.tls;

import io.pgproxy.core.wire.Await;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A real PostgreSQL that encrypts, with a certificate for the name localhost, and none for its address.
 *
 * @param certificates the authority behind it, which the server believes, too
 * @param own the server's
 */
public record EncryptedServer(Certificates certificates, Certificates.Issued own) {
    /** By its port: test classes share servers. */
    private static final Map<Integer, EncryptedServer> READY = new ConcurrentHashMap<>();

    /** The server of a database, which encrypts from now on. */
    public static EncryptedServer of(TestDatabase database) throws Exception {
        EncryptedServer known = READY.get(database.port());
        if (known == null) {
            Path directory = Files.createTempDirectory("encrypted");
            Certificates certificates = new Certificates(directory, "server authority");
            known = new EncryptedServer(certificates, certificates.serverByName("server"));
            for (Path file :
                    new Path[] {certificates.authority(), known.own.certificates(), known.own.key(), directory}) {
                file.toFile().deleteOnExit();
            }
            known.install(database);
            READY.put(database.port(), known);
        }
        return known;
    }

    /** The server writes its files: they have to be its own, and it may be of another user. */
    private void install(TestDatabase database) throws Exception {
        write(database, own.certificates(), "server.crt");
        write(database, own.key(), "server.key");
        write(database, certificates.authority(), "root.crt");
        database.execute("alter system set ssl_ca_file = 'root.crt'");
        database.execute("alter system set ssl = on");
        database.execute("set password_encryption = 'scram-sha-256'; create role tls_cert login;"
                + "create role tls_scram login password 's3cret'; create role relayed login password 's3cret';"
                + "create role tls_clear login password 's3cret'; create role tls_trust login;"
                + "set password_encryption = 'md5'; create role tls_md5 login password 's3cret'");
        database.execute("select pg_reload_conf()");
        Await.until("it encrypts", () -> encrypts(database));
    }

    private static void write(TestDatabase database, Path from, String to) throws IOException, SQLException {
        String text = Files.readString(from).replace("\r", ""); // COPY would write that as two characters
        database.execute("copy (select unnest(string_to_array($pem$" + text
                + "$pem$, E'\\n'))) to program 'umask 077; cat > " + to + "'");
    }

    private static boolean encrypts(TestDatabase database) throws IOException {
        try (Socket socket = new Socket(database.host(), database.port())) {
            socket.getOutputStream().write(TlsClient.SSL_REQUEST);
            return socket.getInputStream().read() == 'S';
        }
    }

    /** The file with the authority's certificate. */
    public Path authority() {
        return certificates.authority();
    }
}
