package io.pgproxy.readonly.documents;

import io.pgproxy.hook.HookChain;
import io.pgproxy.readonly.ReadOnlyHook;

public final class ReadOnlyChain {
    private ReadOnlyChain() {}

    public static HookChain hooks() {
        return HookChain.builder()
                .hook("read-only", ReadOnlyHook.builder().allowSettings("app.*").build())
                .build();
    }
}
