/**
 * Lets reads alone pass. A host begins at {@link io.pgproxy.readonly.ReadOnlyHook#builder()}.
 *
 * <p>Two walls stand behind each other. What a statement does is judged from its text before anything of it is sent;
 * and the upstream session is READ ONLY, for what no text shows: functions behind views, operators and casts.
 */
@NullMarked
package io.pgproxy.readonly;

import org.jspecify.annotations.NullMarked;
