package io.pgproxy.protocol.netty;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.pgproxy.protocol.Column;
import io.pgproxy.protocol.SqlState;
import io.pgproxy.protocol.server.PgErrorException;
import io.pgproxy.protocol.server.PreparedQuery;
import io.pgproxy.protocol.server.QueryResult;
import java.util.List;
import java.util.Locale;

/** A PostgreSQL server that answers SELECT 1 to psql, pgjdbc and everybody else. */
public final class SelectOneServer {
    private SelectOneServer() {}

    private static PreparedQuery prepare(String sql, List<Integer> parameterTypes) {
        String upper = sql.toUpperCase(Locale.ROOT);
        if (upper.equals("SELECT 1")) {
            return PreparedQuery.of(
                    List.of(Column.int4("?column?")), parameters -> QueryResult.rows(List.of(List.of(1))));
        } else if (upper.startsWith("SET ")) {
            return PreparedQuery.of(List.of(), parameters -> QueryResult.command("SET"));
        }
        throw new PgErrorException(SqlState.FEATURE_NOT_SUPPORTED, "this server answers SELECT 1 only");
    }

    static Channel start(EventLoopGroup group, int port) {
        ChannelInitializer<Channel> connection = new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel channel) {
                channel.pipeline()
                        .addLast(new FrontendMessageDecoder())
                        .addLast(new PgServerHandler(startup -> SelectOneServer::prepare));
            }
        };
        return new ServerBootstrap()
                .group(group)
                .channel(NioServerSocketChannel.class)
                .childHandler(connection)
                .bind("127.0.0.1", port)
                .syncUninterruptibly()
                .channel();
    }

    public static void main(String[] arguments) {
        EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
        start(group, 5432).closeFuture().syncUninterruptibly();
    }
}
