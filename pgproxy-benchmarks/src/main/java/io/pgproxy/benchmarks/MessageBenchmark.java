package io.pgproxy.benchmarks;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.pgproxy.protocol.PgError;
import io.pgproxy.protocol.SqlState;
import io.pgproxy.protocol.message.backend.DataRow;
import io.pgproxy.protocol.message.backend.ErrorResponse;
import io.pgproxy.protocol.message.backend.RowDescription;
import io.pgproxy.protocol.message.frontend.Bind;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Messages as records: read from a body, written to a buffer that has room. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class MessageBenchmark {
    private final ErrorResponse error =
            new ErrorResponse(PgError.of(SqlState.SYNTAX_ERROR, "syntax error at or near \"selct\"")
                    .with('P', "1"));

    private final ByteBuf row = WireBytes.body(WireBytes.ROW::write);
    private final ByteBuf columns = WireBytes.body(WireBytes.COLUMNS::write);
    private final ByteBuf bind = WireBytes.body(WireBytes.BIND::write);
    private final ByteBuf errorBody = WireBytes.body(error::write);
    private final ByteBuf out = ByteBufAllocator.DEFAULT.directBuffer(1_024);

    /** A row of four values. */
    @Benchmark
    public DataRow readDataRow() {
        return DataRow.read(again(row));
    }

    /** A row of four values. */
    @Benchmark
    public ByteBuf writeDataRow() {
        WireBytes.ROW.write(out.clear());
        return out;
    }

    /** Four columns. */
    @Benchmark
    public RowDescription readRowDescription() {
        return RowDescription.read(again(columns));
    }

    /** Four columns. */
    @Benchmark
    public ByteBuf writeRowDescription() {
        WireBytes.COLUMNS.write(out.clear());
        return out;
    }

    /** Three parameters in text format. */
    @Benchmark
    public Bind readBind() {
        return Bind.read(again(bind));
    }

    /** Three parameters in text format. */
    @Benchmark
    public ByteBuf writeBind() {
        WireBytes.BIND.write(out.clear());
        return out;
    }

    /** Five fields. */
    @Benchmark
    public ErrorResponse readErrorResponse() {
        return ErrorResponse.read(again(errorBody));
    }

    /** Five fields. */
    @Benchmark
    public ByteBuf writeErrorResponse() {
        error.write(out.clear());
        return out;
    }

    private static ByteBuf again(ByteBuf body) {
        return body.readerIndex(5);
    }
}
