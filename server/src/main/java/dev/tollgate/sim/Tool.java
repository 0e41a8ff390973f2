package dev.tollgate.sim;

import tools.jackson.databind.JsonNode;

/**
 * A function that the caller offers.
 *
 * @param schema its parameters' JSON Schema; a missing node where it takes none
 */
record Tool(String name, JsonNode schema) {}
