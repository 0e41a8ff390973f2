package dev.tollgate.dialects.converse;

import dev.tollgate.dialects.codec.Destination;
import dev.tollgate.dialects.codec.Losses;
import dev.tollgate.dialects.codec.Reading;
import dev.tollgate.dialects.codec.ToolNames;
import dev.tollgate.dialects.json.JsonBytes;

/**
 * One request on its way to Bedrock.
 *
 * @param refusals what cannot be said and must not be dropped
 * @param cache the cache points that may still be written
 */
record Writing(
        JsonBytes out,
        Destination destination,
        ModelFamily family,
        ToolNames names,
        Losses losses,
        Reading refusals,
        CachePoints cache) {}
