# @generated: comes with what ltpc writes for Elixir, and is the same for every protocol but for the name of its module.
defmodule PacketFlow.Runtime.Toon do
  @moduledoc """
  TOON (Token-Oriented Object Notation, version 4): documents to JSON.

  Decoding is strict and complete. What it gives is JSON text without white space, the number tokens as they stand; names that stand twice in
  one object stand twice there too, for whoever reads it to refuse.
  """

  alias PacketFlow.Runtime.ToonLine
  alias PacketFlow.Runtime.Values

  @doc """
  Decodes a document to JSON text of at most `size` octets, nested at most `depth` deep.

  A list may stand at the document's root or as the one member of the document's object. Refuses with `:size`, `:depth` or the number of the
  line that is wrong.
  """
  @spec to_json(String.t(), non_neg_integer(), non_neg_integer(), boolean()) ::
          {:ok, String.t()} | {:wrong, :size | :depth | non_neg_integer()}
  def to_json(document, depth, size, list?) do
    lines = document |> String.replace_prefix("\uFEFF", "") |> String.split("\n")
    state = %{lines: lines, number: 0, peeked: nil, out: [], parts: 0, octets: 0, most: size, deepest: depth, depth: 0, spans: 0}
    {start, state} = root(state, list?)
    parts = Enum.reverse(state.out)
    parts = if start != nil and list?, do: parts |> Enum.drop(start) |> Enum.drop(-1), else: parts
    {:ok, IO.iodata_to_binary(parts)}
  catch
    {:wrong, _} = wrong -> wrong
  end

  # Writes the whole document; of an object with one member gives where that member's value starts.
  defp root(state, list?) do
    case peek(state) do
      {nil, state} ->
        {nil, state |> open("{") |> close("}")}

      {%{depth: depth}, state} when depth > 0 ->
        wrong(state)

      {%{content: content}, state} ->
        {start, state} = at_root(content, header(content, state), state, list?)
        if elem(peek(state), 0), do: wrong(elem(peek(state), 1)), else: {start, state}
    end
  end

  defp at_root(_, %{key: nil} = header, state, _), do: {nil, table_or_list(%{state | peeked: nil}, header, 0)}
  defp at_root("[]", nil, state, _), do: {nil, push(%{state | peeked: nil}, "[]")}

  defp at_root(content, header, state, list?) do
    if header == nil and ToonLine.find(content, [?:]) == nil do
      {nil, primitive(%{state | peeked: nil}, content)}
    else
      deepest = state.deepest + if(list?, do: 1, else: 0)
      {members, start, state} = %{state | deepest: deepest} |> open("{") |> fields(0, 0, 0)
      {if(members == 1, do: start), close(state, "}")}
    end
  end

  defp fields(state, depth, members, first) do
    case at(state, depth) do
      {nil, state} ->
        {members, first, state}

      {line, state} ->
        state = state |> pass(line) |> comma(members)
        {start, state} = field(state, line.content, depth)
        fields(state, depth, members + 1, if(members == 0, do: start, else: first))
    end
  end

  defp field(state, content, depth) do
    case header(content, state) do
      nil ->
        colon = ToonLine.find(content, [?:]) || wrong(state)
        <<before::binary-size(colon), ?:, token::binary>> = content
        state = key(state, some(ToonLine.key(before), state))
        {state.parts, said(state, trim(token), depth)}

      %{key: nil} ->
        wrong(state)

      header ->
        state = key(state, header.key)
        {state.parts, table_or_list(state, header, depth)}
    end
  end

  defp said(state, "", depth) do
    {_, _, state} = state |> open("{") |> fields(depth + 1, 0, 0)
    close(state, "}")
  end

  defp said(state, "[]", _), do: push(state, "[]")
  defp said(state, token, _), do: primitive(state, token)

  defp table_or_list(state, header, depth) do
    state = open(state, if(header.keyed, do: "{", else: "["))

    {count, state} =
      if header.inline != "" do
        cells(state, header)
      else
        outside = state.spans
        {count, state} = scope(state, header, depth + 1, outside, 0)
        {count, %{state | spans: outside}}
      end

    if count != header.items, do: wrong(state), else: close(state, if(header.keyed, do: "}", else: "]"))
  end

  defp scope(state, header, depth, outside, count) do
    case at(state, depth) do
      {nil, state} ->
        {count, state}

      {line, state} ->
        state = pass(state, line)
        state = %{state | spans: outside + 1} |> comma(count) |> entry(header, line, depth)
        scope(state, header, depth, outside, count + 1)
    end
  end

  defp entry(state, %{keyed: true} = header, line, _) do
    colon = ToonLine.find(line.content, [?:]) || wrong(state)
    <<before::binary-size(colon), ?:, row::binary>> = line.content
    state |> key(some(ToonLine.key(before), state)) |> row(header, row)
  end

  defp entry(state, %{fields: []}, line, depth), do: item(state, line, depth)

  defp entry(state, %{delimiter: delimiter} = header, line, _) do
    at = ToonLine.find(line.content, [delimiter, ?:])
    if at != nil and :binary.at(line.content, at) == ?:, do: wrong(state), else: row(state, header, line.content)
  end

  defp cells(state, header) do
    tokens = ToonLine.split(header.inline, header.delimiter)
    state = tokens |> Enum.with_index() |> Enum.reduce(state, fn {token, index}, state -> state |> comma(index) |> primitive(token) end)
    {length(tokens), state}
  end

  defp row(state, header, row) do
    if state.depth + header.nesting > state.deepest, do: throw({:wrong, :depth})
    tokens = ToonLine.split(row, header.delimiter)
    {tokens, _, state} = Enum.reduce(header.fields, {tokens, true, push(state, "{")}, &cell/2)
    if tokens == [], do: push(state, "}"), else: wrong(state)
  end

  # What is left of the row, whether an object was just opened, and what was written.
  defp cell({:close, _}, {tokens, _, state}), do: {tokens, false, push(state, "}")}

  defp cell({what, name}, {tokens, opened, state}) do
    state = if opened, do: push(state, name), else: state |> push(",") |> push(name)

    case {what, tokens} do
      {:open, _} -> {tokens, true, push(state, "{")}
      {:leaf, [token | rest]} -> {rest, false, primitive(state, token)}
      {:leaf, []} -> wrong(state)
    end
  end

  defp item(state, line, depth) do
    case line.content do
      "-" -> state |> open("{") |> close("}")
      "- " <> content -> listed(state, trim(content), depth)
      _ -> wrong(state)
    end
  end

  defp listed(state, "", _), do: state |> open("{") |> close("}")
  defp listed(state, "[]", _), do: push(state, "[]")

  defp listed(state, content, depth) do
    header = header(content, state)

    cond do
      header != nil and header.key == nil and header.fields != [] ->
        wrong(state)

      header != nil and header.key == nil ->
        table_or_list(state, header, depth)

      header == nil and ToonLine.find(content, [?:]) == nil ->
        primitive(state, content)

      true ->
        {_, state} = state |> open("{") |> field(content, depth + 1)
        {_, _, state} = fields(state, depth + 1, 1, 0)
        close(state, "}")
    end
  end

  # The next line that says something.
  defp peek(%{peeked: nil} = state), do: peek(state, false)
  defp peek(state), do: {state.peeked, state}

  defp peek(%{lines: []} = state, _), do: {nil, state}

  defp peek(%{lines: [line | lines]} = state, after_blank) do
    state = %{state | lines: lines, number: state.number + 1}
    line = line |> String.replace_suffix("\r", "") |> String.trim_trailing(" ")
    content = String.trim_leading(line, " ")
    spaces = byte_size(line) - byte_size(content)

    case content do
      "" ->
        peek(state, true)

      "#" <> _ ->
        peek(state, after_blank)

      <<first, _::binary>> when rem(spaces, 2) == 1 or first == ?\t ->
        wrong(state)

      _ ->
        peeked = %{number: state.number, depth: div(spaces, 2), content: content, after_blank: after_blank}
        {peeked, %{state | peeked: peeked}}
    end
  end

  defp at(state, depth) do
    case peek(state) do
      {%{depth: deeper}, state} when deeper > depth -> wrong(state)
      {%{depth: ^depth} = line, state} -> {line, state}
      {_, state} -> {nil, state}
    end
  end

  defp pass(%{spans: spans}, %{after_blank: true, number: number}) when spans > 0, do: throw({:wrong, number})
  defp pass(state, _), do: %{state | peeked: nil}

  defp header(content, state) do
    case ToonLine.header(content) do
      :malformed -> wrong(state)
      header -> header
    end
  end

  defp comma(state, 0), do: state
  defp comma(state, _), do: push(state, ",")

  defp key(state, key), do: push(state, Values.quote_text(key) <> ":")

  defp primitive(state, token), do: push(state, some(ToonLine.primitive(token), state))

  defp open(%{depth: depth, deepest: deepest}, _) when depth >= deepest, do: throw({:wrong, :depth})
  defp open(state, bracket), do: push(%{state | depth: state.depth + 1}, bracket)

  defp close(state, bracket), do: push(%{state | depth: state.depth - 1}, bracket)

  defp push(state, text) do
    octets = state.octets + byte_size(text)
    if octets > state.most, do: throw({:wrong, :size})
    %{state | out: [text | state.out], parts: state.parts + 1, octets: octets}
  end

  defp some(nil, state), do: wrong(state)
  defp some(found, _), do: found

  defp trim(text), do: String.trim(text, " ")

  @spec wrong(map()) :: no_return()
  defp wrong(state), do: throw({:wrong, state.number})
end
