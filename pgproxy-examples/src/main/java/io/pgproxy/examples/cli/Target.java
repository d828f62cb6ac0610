package io.pgproxy.examples.cli;

import io.pgproxy.core.backend.Credentials;
import io.pgproxy.core.backend.PostgresUrl;
import io.pgproxy.core.backend.RemotePostgres;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;

/**
 * A server that answers, with a user and a database for those who want to try.
 *
 * @param url where it is
 * @param user a user to connect as
 * @param database a database to connect to
 * @param isOurs whether it is one of our own, which trusts whoever is on this machine
 * @param end what to close with the proxy
 */
public record Target(PostgresUrl url, String user, String database, boolean isOurs, Closeable end)
        implements Closeable {

    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final String NAME_IN_MOST_SERVERS = "postgres";

    /** Somebody's server. It is asked whether it is there: better now than with the first client. */
    static Target remote(PostgresUrl url) throws IOException {
        try (RemotePostgres server = RemotePostgres.of(url)) {
            server.probe(PATIENCE);
        }
        Credentials credentials = url.credentials();
        String database = url.database();
        return new Target(
                url,
                credentials == null ? NAME_IN_MOST_SERVERS : credentials.user(),
                database == null ? NAME_IN_MOST_SERVERS : database,
                false,
                () -> {});
    }

    /**
     * A PostgreSQL of our own with the data of a small shop.
     *
     * @return the server, closed with the target
     * @throws IOException if it does not start
     */
    public static Target demo() throws IOException {
        ShopDatabase shop = ShopDatabase.start();
        return new Target(shop.url(), ShopDatabase.NAME, ShopDatabase.NAME, true, shop::close);
    }

    /** {@return where it is, for clients that share its connections: ours lets them in as its one user} */
    public PostgresUrl sharedUrl() {
        return isOurs ? new PostgresUrl(url.host(), url.port(), url.database(), Credentials.trusted(user)) : url;
    }

    @Override
    public void close() throws IOException {
        end.close();
    }
}
