package io.pgproxy.protocol.message.backend;

import io.netty.buffer.ByteBuf;
import io.pgproxy.protocol.BackendTag;
import io.pgproxy.protocol.ProtocolException;

/**
 * A message from a server.
 *
 * <p>Messages are values that hold copies: none needs a release. {@code toString} shows no row and no secret.
 */
public sealed interface BackendMessage
        permits DataRow,
                CommandComplete,
                ReadyForQuery,
                RowDescription,
                BindComplete,
                ParseComplete,
                CloseComplete,
                NoData,
                ParameterDescription,
                PortalSuspended,
                EmptyQueryResponse,
                ErrorResponse,
                NoticeResponse,
                NotificationResponse,
                ParameterStatus,
                CopyData,
                CopyDone,
                CopyInResponse,
                CopyOutResponse,
                CopyBothResponse,
                FunctionCallResponse,
                Authentication,
                BackendKeyData,
                NegotiateProtocolVersion {
    /**
     * Which message this is.
     *
     * @return the tag that stands for its type byte
     */
    BackendTag tag();

    /**
     * Writes the whole message: type byte, length, body.
     *
     * @param out where to write
     * @throws IllegalArgumentException if a text holds U+0000; nothing is written
     */
    void write(ByteBuf out);

    /**
     * Reads the body of a message.
     *
     * @param tag which message it is
     * @param body exactly the message's body; it is read to its end and not released
     * @return the message
     * @throws ProtocolException (08P01) if it is malformed
     */
    static BackendMessage read(BackendTag tag, ByteBuf body) {
        return switch (tag) {
            case DATA_ROW -> DataRow.read(body);
            case COMMAND_COMPLETE -> CommandComplete.read(body);
            case READY_FOR_QUERY -> ReadyForQuery.read(body);
            case ROW_DESCRIPTION -> RowDescription.read(body);
            case BIND_COMPLETE -> BindComplete.read(body);
            case PARSE_COMPLETE -> ParseComplete.read(body);
            case CLOSE_COMPLETE -> CloseComplete.read(body);
            case NO_DATA -> NoData.read(body);
            case PARAMETER_DESCRIPTION -> ParameterDescription.read(body);
            case PORTAL_SUSPENDED -> PortalSuspended.read(body);
            case EMPTY_QUERY_RESPONSE -> EmptyQueryResponse.read(body);
            case ERROR_RESPONSE -> ErrorResponse.read(body);
            case NOTICE_RESPONSE -> NoticeResponse.read(body);
            case NOTIFICATION_RESPONSE -> NotificationResponse.read(body);
            case PARAMETER_STATUS -> ParameterStatus.read(body);
            case COPY_DATA -> CopyData.read(body);
            case COPY_DONE -> CopyDone.read(body);
            case COPY_IN_RESPONSE -> CopyInResponse.read(body);
            case COPY_OUT_RESPONSE -> CopyOutResponse.read(body);
            case COPY_BOTH_RESPONSE -> CopyBothResponse.read(body);
            case FUNCTION_CALL_RESPONSE -> FunctionCallResponse.read(body);
            case AUTHENTICATION -> Authentication.read(body);
            case BACKEND_KEY_DATA -> BackendKeyData.read(body);
            case NEGOTIATE_PROTOCOL_VERSION -> NegotiateProtocolVersion.read(body);
        };
    }
}
