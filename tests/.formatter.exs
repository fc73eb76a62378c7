[inputs: ["{peers,examples}/*.exs", "{peers,examples}/*.ex", "examples/*/*.exs"], line_length: 140]
