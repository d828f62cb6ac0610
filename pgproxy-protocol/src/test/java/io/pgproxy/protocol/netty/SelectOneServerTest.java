package io.pgproxy.protocol.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.io.File;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.postgresql.PGConnection;
import org.postgresql.PGStatement;

@Timeout(60)
final class SelectOneServerTest {
    private static final EventLoopGroup GROUP = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private static int port;

    @BeforeAll
    static void start() {
        Channel server = SelectOneServer.start(GROUP, 0);
        port = ((InetSocketAddress) server.localAddress()).getPort();
    }

    @AfterAll
    static void stop() {
        GROUP.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
    }

    @Test
    void pgjdbcReadsTheRowWithSimpleQueries() throws SQLException {
        try (Connection connection = connect("preferQueryMode=simple");
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT 1")) {
            assertThat(rows.next()).isTrue();
            assertThat(rows.getInt(1)).isEqualTo(1);
            assertThat(rows.getMetaData().getColumnTypeName(1)).isEqualTo("int4");
            assertThat(rows.next()).isFalse();
        }
    }

    @Test
    void pgjdbcReadsTheRowWithExtendedQueries() throws SQLException {
        try (Connection connection = connect("preferQueryMode=extended");
                PreparedStatement statement = connection.prepareStatement("SELECT 1");
                ResultSet rows = statement.executeQuery()) {
            assertThat(rows.next()).isTrue();
            assertThat(rows.getInt(1)).isEqualTo(1);
        }
    }

    @Test
    void pgjdbcReadsTheRowInBinaryFromAPreparedStatement() throws SQLException {
        try (Connection connection = connect("binaryTransfer=true&prepareThreshold=-1");
                PreparedStatement statement = connection.prepareStatement("SELECT 1")) {
            for (int round = 0; round < 3; round++) {
                try (ResultSet rows = statement.executeQuery()) {
                    assertThat(rows.next()).isTrue();
                    assertThat(rows.getInt(1)).isEqualTo(1);
                    assertThat(rows.getBytes(1)).containsExactly(0, 0, 0, 1);
                }
            }
            assertThat(statement.unwrap(PGStatement.class).isUseServerPrepare()).isTrue();
        }
    }

    @Test
    void pgjdbcGetsTheErrorAndGoesOn() throws SQLException {
        try (Connection connection = connect("prepareThreshold=1");
                Statement statement = connection.createStatement()) {
            assertThatExceptionOfType(SQLException.class)
                    .isThrownBy(() -> statement.executeQuery("SELECT 2"))
                    .returns("0A000", SQLException::getSQLState);
            assertThat(statement.execute("SELECT 1")).isTrue();
            assertThat(connection.unwrap(PGConnection.class).getBackendPID()).isPositive();
        }
    }

    @Test
    void psqlPrintsTheRow() throws IOException, InterruptedException {
        assumeTrue(onPath("psql"), "psql is not installed");

        assertThat(psql("SELECT 1")).isEqualTo("1\n");
        assertThat(psql("SELECT 1;")).isEqualTo("1\n");
        assertThat(psql("")).isEmpty();
    }

    private static Connection connect(String options) throws SQLException {
        return DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + port + "/shop?" + options, "ann", "");
    }

    private static boolean onPath(String program) {
        return Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }

    private static String psql(String sql) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("psql", "-X", "-w", "-A", "-t", "-h", "127.0.0.1"));
        command.addAll(List.of("-p", String.valueOf(port), "-U", "ann", "-d", "shop", "-c", sql));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }
}
