/** The programs of docs/result-cache.md. */
@NullMarked
package io.pgproxy.cache.documents;

import org.jspecify.annotations.NullMarked;
