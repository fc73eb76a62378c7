# @generated: comes with what ltpc writes for Elixir, and is the same for every protocol but for the name of its module.
defmodule CTP.Runtime.Scan do
  @moduledoc """
  The form of framed text, octet by octet: one scan that can stop wherever octets run out and go on when more have come.

  What comes behind the octets that are there is told: perhaps `:more`, nothing for a while (`:pause`), or `:nothing`.
  """

  alias CTP.Runtime.Framing

  @enforce_keys [:framing]
  defstruct [:framing, :length, :body, :marker, line: 0, seen: 0, lines: 0]

  @typedoc """
  - `line`: where the line begins that is looked at; `seen`: where its end has not been looked for; `lines` of the head so far;
  - `length`: what the length's header says, and where; `body`: where the head's last line and the body begin;
  - `marker`: the first end marker: where its line begins and where the next does.
  """
  @type t :: %__MODULE__{}

  @type behind :: :more | :pause | :nothing

  @typedoc "Octets of body that are declared, and those before the first end marker, where the two disagree."
  @type lengths :: %{declared: non_neg_integer(), actual: non_neg_integer()}

  @typedoc "Where the parts of a whole message stand: the line that ends the head, the body, and the end of it all."
  @type extent :: %{head: non_neg_integer(), body: {non_neg_integer(), non_neg_integer()}, end: non_neg_integer(), lengths: lengths() | nil}

  @typedoc "What breaks the form: the rule, the octet, and which marker, length or header it is about."
  @type wrong :: %{rule: atom(), at: non_neg_integer(), about: atom(), declared: non_neg_integer(), actual: non_neg_integer() | nil}

  @doc "A scan that has seen nothing."
  @spec new(Framing.t()) :: t()
  def new(framing), do: %__MODULE__{framing: framing}

  @doc "Goes on with all octets of the message so far, of which a message has at most `limit`."
  @spec step(t(), pos_integer(), boolean(), binary(), behind()) :: {:whole, extent()} | {:more, t()} | {:wrong, wrong()}
  def step(scan, limit, strict, octets, behind) do
    stop = min(byte_size(octets), limit)
    # What is past the limit is no end of the text.
    how = %{limit: limit, strict: strict, octets: octets, stop: stop, behind: if(stop < byte_size(octets), do: :more, else: behind)}

    case go(scan, how) do
      {:more, _} when byte_size(octets) > limit -> {:wrong, wrong_at(:size, limit)}
      found -> found
    end
  catch
    {:broken, wrong} -> {:wrong, wrong}
  end

  @doc "A place where the form is broken."
  @spec wrong_at(atom(), non_neg_integer(), atom()) :: wrong()
  def wrong_at(rule, at, about \\ nil), do: %{rule: rule, at: at, about: about, declared: 0, actual: nil}

  defp go(%{body: nil} = scan, how) do
    case head(scan, how) do
      {nil, scan} when how.behind == :nothing -> cut_off(scan, how)
      {nil, scan} -> {:more, scan}
      {{_, body} = place, scan} -> go(%{scan | body: place, line: body, seen: body}, how)
    end
  end

  defp go(%{framing: %{has_body: false}, body: {head, body}}, _), do: {:whole, extent(head, {body, body}, body)}
  defp go(%{framing: %{marker: nil}} = scan, how), do: counted(scan, how)
  defp go(%{length: nil} = scan, how), do: unmeasured(scan, how)
  defp go(scan, how), do: measured(scan, how)

  defp extent(head, body, stop, lengths \\ nil), do: %{head: head, body: body, end: stop, lengths: lengths}

  # A body without a marker has the length that is declared, or none.
  defp counted(%{body: {head, body}} = scan, how) do
    {length, said} = scan.length || {0, body}

    cond do
      body + length > how.limit -> broken(:size, said)
      how.stop >= body + length -> {:whole, extent(head, {body, body + length}, body + length)}
      how.behind == :nothing -> broken(:truncated, how.stop, :lengths, length)
      true -> {:more, scan}
    end
  end

  # Where the body ends of which no length is declared.
  defp unmeasured(%{body: {head, body}, framing: framing} = scan, how) do
    case first_marker(scan, how) do
      {nil, _} when how.behind == :nothing ->
        broken(:marker, how.stop, :body_end)

      {nil, scan} ->
        {:more, scan}

      {{marker, next}, _} ->
        stop = before(framing, how.octets, body, marker)
        if how.strict and stop > body and framing.length != nil, do: broken(:required, head, :length)
        {:whole, extent(head, {body, stop}, next)}
    end
  end

  # Where the body ends of which a length is declared: there, if the marker stands behind it.
  defp measured(%{body: {head, body}, length: {declared, said}} = scan, how) do
    stop = body + declared

    cond do
      stop > how.limit and how.strict -> broken(:size, said)
      stop > how.limit -> contradicted(scan, how, true)
      true -> behind(scan, how, stop) |> measured_so(scan, how, head, body, stop)
    end
  end

  defp measured_so({:yes, next}, _, _, head, body, stop), do: {:whole, extent(head, {body, stop}, next)}
  defp measured_so(:unknown, scan, %{behind: :more}, _, _, _), do: {:more, scan}
  defp measured_so(:unknown, scan, %{behind: :pause, strict: true}, _, _, _), do: {:more, scan}
  defp measured_so(:unknown, scan, how, _, _, _), do: contradicted(scan, how, false)
  defp measured_so(:no, scan, how, _, _, _), do: contradicted(scan, how, true)

  # `surely`: whatever still comes, no marker stands behind the declared length.
  defp contradicted(%{body: {head, body}, length: {declared, said}} = scan, how, surely) do
    case first_marker(scan, how) do
      {{marker, next}, scan} ->
        stop = before(scan.framing, how.octets, body, marker)
        if how.strict, do: broken(:length_mismatch, said, :lengths, declared, stop - body)
        {:whole, extent(head, {body, stop}, next, %{declared: declared, actual: stop - body})}

      {nil, scan} ->
        cond do
          surely and how.strict -> broken(:length_mismatch, said, :lengths, declared)
          how.behind == :nothing -> broken(:marker, how.stop, :body_end)
          true -> {:more, scan}
        end
    end
  end

  # Reads lines of the head; the place of its last line and of the body.
  defp head(scan, how) do
    case line_end(scan, how) do
      {nil, scan} ->
        # A marker needs no line end where nothing comes behind it.
        ends = how.behind == :nothing or (how.behind == :pause and not scan.framing.has_body)
        last = binary_part(how.octets, scan.line, how.stop - scan.line)
        place = if ends and scan.lines > 0 and last != "" and last == scan.framing.until, do: {scan.line, how.stop}
        {place, scan}

      {stop, scan} ->
        start = scan.line
        text = Framing.content(scan.framing, binary_part(how.octets, start, stop - start))
        scan = %{scan | line: stop + 1, seen: stop + 1, lines: scan.lines + 1}
        plain(text, start)
        # A line end of another kind than the framing reads.
        if not scan.framing.reads_lf and start + byte_size(text) == stop, do: broken(:charset, stop)
        head_line(scan, how, text, start, stop)
    end
  end

  defp head_line(%{lines: 1} = scan, how, text, _, _) do
    start_line(scan.framing, text)
    head(scan, how)
  end

  defp head_line(%{framing: framing} = scan, how, text, start, stop) do
    cond do
      text == framing.until -> {{start, stop + 1}, scan}
      framing.marker != nil and text == framing.marker -> broken(:marker, start, :head_end)
      scan.lines > framing.most + 1 -> broken(:headers, start)
      true -> scan |> header(text, start) |> head(how)
    end
  end

  # The place of the LF that ends the line; refuses as soon as the line is too long.
  defp line_end(scan, how) do
    most = scan.line + scan.framing.line
    found = find(how.octets, "\n", scan.seen, how.stop)
    reached = found || how.stop
    carriage = scan.framing.reads_crlf and reached == most + 1 and :binary.at(how.octets, most) == ?\r
    if reached > most + if(carriage, do: 1, else: 0), do: broken(:line_size, most)
    {found, if(found, do: scan, else: %{scan | seen: how.stop})}
  end

  # Looks at a header for its form, and for the length if it says it.
  defp header(%{framing: framing} = scan, text, at) do
    name = Framing.header_name(framing, text) || broken(:header, at)

    if framing.length != nil and Framing.same?(framing, framing.length, name),
      do: length(scan, text, at, byte_size(name) + byte_size(framing.separator)),
      else: scan
  end

  defp length(scan, text, at, skip) do
    value = binary_part(text, skip, byte_size(text) - skip)
    {value, passed} = if scan.framing.trim, do: Framing.trimmed(value), else: {value, 0}
    place = at + skip + passed
    if scan.length, do: broken(:duplicate, place, :length)
    %{scan | length: {Framing.digits(value) || broken(:number, place, :length), place}}
  end

  # What a text breaks that ends in its head.
  @spec cut_off(t(), map()) :: no_return()
  defp cut_off(scan, how) do
    if scan.lines == 0, do: start_line(scan.framing, binary_part(how.octets, 0, how.stop))
    broken(:marker, how.stop, :head_end)
  end

  defp start_line(framing, line) do
    if elem(Framing.trimmed(line), 0) == "", do: broken(:empty, 0)
    if not String.valid?(line), do: broken(:start, 0)

    case Framing.read_start(framing, line) do
      {:ok, _} -> :ok
      {:wrong, at} -> broken(:start, at)
    end
  end

  # The first line of the body that is the marker.
  defp first_marker(%{marker: nil, framing: framing} = scan, how) do
    case find(how.octets, "\n", scan.seen, how.stop) do
      nil ->
        last = binary_part(how.octets, scan.line, how.stop - scan.line)
        place = if how.behind != :more and last == framing.marker, do: {scan.line, how.stop}
        {place, %{scan | seen: how.stop}}

      stop ->
        line = binary_part(how.octets, scan.line, stop - scan.line)
        marks = (framing.reads_crlf and line == framing.marker <> "\r") or (framing.reads_lf and line == framing.marker)
        marker = if marks, do: {scan.line, stop + 1}
        first_marker(%{scan | marker: marker, line: stop + 1, seen: stop + 1}, how)
    end
  end

  defp first_marker(scan, _), do: {scan.marker, scan}

  # Where a body ends whose marker's line begins there: before the line end.
  defp before(_, _, body, body), do: body
  defp before(framing, octets, body, marker), do: body + byte_size(Framing.content(framing, binary_part(octets, body, marker - 1 - body)))

  # Whether the marker stands behind a body that ends there, and the place behind its line.
  defp behind(_, how, stop) when stop > how.stop, do: :unknown

  defp behind(%{framing: framing, body: {_, body}}, how, stop) do
    ends = for {line_end, true} <- [{"\n", framing.reads_lf}, {"\r\n", framing.reads_crlf}, {"", stop == body}], do: line_end
    found = Enum.map(ends, &stands(&1 <> framing.marker, framing, how, stop))
    Enum.find(found, &match?({:yes, _}, &1)) || if(:unknown in found, do: :unknown, else: :no)
  end

  defp stands(wanted, framing, how, stop) do
    size = byte_size(wanted)
    there = binary_part(how.octets, stop, min(size + 2, how.stop - stop))

    case there do
      <<^wanted::binary-size(size), rest::binary>> -> stands_whole(rest, framing, how, stop + size)
      _ -> if String.starts_with?(wanted, there), do: :unknown, else: :no
    end
  end

  defp stands_whole("", _, %{behind: :more}, _), do: :unknown
  defp stands_whole("", _, how, _), do: {:yes, how.stop}
  defp stands_whole("\n" <> _, %{reads_lf: true}, _, whole), do: {:yes, whole + 1}
  defp stands_whole("\r\n" <> _, %{reads_crlf: true}, _, whole), do: {:yes, whole + 2}
  defp stands_whole("\r", %{reads_crlf: true}, %{behind: behind}, _) when behind != :nothing, do: :unknown
  defp stands_whole(_, _, _, _), do: :no

  defp find(octets, wanted, from, to) do
    case :binary.match(octets, wanted, scope: {from, max(to - from, 0)}) do
      {at, _} -> at
      :nomatch -> nil
    end
  end

  # The head is printable ASCII and tabs.
  defp plain(text, at) do
    case odd(text, at) do
      nil -> :ok
      at -> broken(:charset, at)
    end
  end

  defp odd(<<c, rest::binary>>, at) when c in 0x20..0x7E or c == ?\t, do: odd(rest, at + 1)
  defp odd("", _), do: nil
  defp odd(_, at), do: at

  @spec broken(atom(), non_neg_integer()) :: no_return()
  @spec broken(atom(), non_neg_integer(), atom()) :: no_return()
  @spec broken(atom(), non_neg_integer(), atom(), non_neg_integer()) :: no_return()
  @spec broken(atom(), non_neg_integer(), atom(), non_neg_integer(), non_neg_integer() | nil) :: no_return()
  defp broken(rule, at, about \\ nil, declared \\ 0, actual \\ nil),
    do: throw({:broken, %{rule: rule, at: at, about: about, declared: declared, actual: actual}})
end
