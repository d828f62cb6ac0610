package io.pgproxy.core.internal.hook;

import io.netty.buffer.ByteBuf;
import io.pgproxy.protocol.message.frontend.Bind;
import io.pgproxy.protocol.message.frontend.FunctionCall;
import java.util.List;

/** The arguments of a FunctionCall, as the parameters they are. */
final class Arguments {
    private Arguments() {}

    static Bind of(ByteBuf functionCall) {
        FunctionCall call = FunctionCall.read(functionCall);
        return new Bind("", "", call.argumentFormats(), call.arguments(), List.of(call.resultFormat()));
    }
}
