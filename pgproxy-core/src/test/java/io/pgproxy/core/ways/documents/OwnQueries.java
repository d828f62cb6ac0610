package io.pgproxy.core.ways.documents;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.pgproxy.core.ProxyServer;
import io.pgproxy.core.memory.ProxySocketFactory;
import io.pgproxy.hook.QueryHook;
import io.pgproxy.hook.Verdict;
import io.pgproxy.sql.StatementFamily;
import java.io.IOException;
import javax.sql.DataSource;

/** A service whose own queries pass its own hooks, without a port. */
public final class OwnQueries implements AutoCloseable {
    private final ProxyServer proxy;
    private final HikariDataSource pool;

    public OwnQueries(String server, String database, String user, String password) throws IOException {
        QueryHook noDdl =
                QueryHook.admit(execution -> execution.statement().facts().family() == StatementFamily.DDL
                        ? Verdict.reject("42501", "DDL is for migrations")
                        : Verdict.proceed());
        proxy = ProxyServer.builder()
                .inProcess("own-queries")
                .upstream(server)
                .hook("no-ddl", noDdl)
                .build()
                .start();
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl("jdbc:postgresql:///" + database);
        config.addDataSourceProperty("socketFactory", ProxySocketFactory.class.getName());
        config.addDataSourceProperty("socketFactoryArg", "own-queries");
        config.setUsername(user);
        config.setPassword(password);
        pool = new HikariDataSource(config);
    }

    public DataSource dataSource() {
        return pool;
    }

    @Override
    public void close() {
        pool.close();
        proxy.close();
    }
}
