# @generated: comes with what ltpc writes for Elixir, and is the same for every protocol but for the name of its module.
defmodule PacketFlow.Runtime.Frames do
  @moduledoc """
  WebSocket frames (RFC 6455, without extensions) as a value: octets go in, what they say comes out.

  A message past the limit takes no memory: its octets are passed over and told as `{:oversized, octets}`; one past twice the limit ends the
  connection. After `{:fail, code, reason}`, as after a close, nothing more is read.
  """

  @enforce_keys [:side, :limit]
  defstruct [:side, :limit, buffer: <<>>, message: nil, skip: nil, ended: false]

  @typedoc "Whose frames are read: a server's or a client's, which are masked."
  @type side :: :server | :client
  @type t :: %__MODULE__{side: side(), limit: pos_integer(), buffer: binary(), message: term(), skip: term(), ended: boolean()}

  @type event ::
          {:text, String.t()}
          | {:binary, binary()}
          | {:ping, binary()}
          | {:pong, binary()}
          | {:close, code :: non_neg_integer() | nil, reason :: String.t()}
          | {:oversized, octets :: non_neg_integer()}
          | {:fail, code :: non_neg_integer(), reason :: String.t()}

  @opcodes %{0 => :continuation, 1 => :text, 2 => :binary, 8 => :close, 9 => :ping, 10 => :pong}
  @codes %{text: 1, binary: 2, close: 8, ping: 9, pong: 10}

  @doc "A reader of one side's frames."
  @spec new(side(), pos_integer()) :: t()
  def new(side, limit), do: %__MODULE__{side: side, limit: limit}

  @doc "Reads octets."
  @spec read(t(), binary()) :: {[event()], t()}
  def read(%{ended: true} = frames, _), do: {[], frames}
  def read(frames, octets), do: parse(%{frames | buffer: frames.buffer <> octets}, [])

  @doc "One whole message or control frame; a client's with a mask."
  @spec write(:text | :binary | :close | :ping | :pong, binary(), binary() | nil) :: iodata()
  def write(kind, payload, mask) do
    bit = if mask, do: 1, else: 0
    size = byte_size(payload)

    length =
      cond do
        size < 126 -> <<bit::1, size::7>>
        size < 0x1_0000 -> <<bit::1, 126::7, size::16>>
        true -> <<bit::1, 127::7, size::64>>
      end

    [<<1::1, 0::3, @codes[kind]::4>>, length | if(mask, do: [mask, masked(payload, mask)], else: [payload])]
  end

  @doc "A close frame's payload; its reason is cut where it would not fit."
  @spec closing(non_neg_integer(), String.t()) :: binary()
  def closing(code, reason), do: <<code::16, cut(reason, 123)::binary>>

  defp cut(reason, most) when byte_size(reason) <= most, do: reason

  defp cut(reason, most) do
    part = binary_part(reason, 0, most)
    if String.valid?(part), do: part, else: cut(reason, most - 1)
  end

  defp parse(%{skip: {left, fin}} = frames, events) do
    passed = min(left, byte_size(frames.buffer))
    buffer = binary_part(frames.buffer, passed, byte_size(frames.buffer) - passed)
    frames = %{frames | buffer: buffer}

    cond do
      passed < left -> {Enum.reverse(events), %{frames | skip: {left - passed, fin}}}
      fin -> over(frames, events)
      true -> parse(%{frames | skip: nil}, events)
    end
  end

  defp parse(frames, events) do
    case header(frames.buffer) do
      :more -> {Enum.reverse(events), frames}
      {:fail, reason} -> fail(frames, events, 1002, reason)
      header -> checked(frames, events, header)
    end
  end

  # A message that was passed over is told once all of it has come.
  defp over(%{message: {:over, total}} = frames, events), do: parse(%{frames | skip: nil, message: nil}, [{:oversized, total} | events])

  defp header(<<fin::1, rsv::3, opcode::4, masked::1, 126::7, size::16, rest::binary>>),
    do: header(fin, rsv, opcode, masked, size, rest, 126)

  defp header(<<fin::1, rsv::3, opcode::4, masked::1, 127::7, size::64, rest::binary>>),
    do: header(fin, rsv, opcode, masked, size, rest, 0x1_0000)

  defp header(<<fin::1, rsv::3, opcode::4, masked::1, size::7, rest::binary>>) when size < 126,
    do: header(fin, rsv, opcode, masked, size, rest, 0)

  defp header(_), do: :more

  defp header(_, rsv, _, _, _, _, _) when rsv != 0, do: {:fail, "a reserved bit"}
  defp header(_, _, _, _, size, _, least) when size < least, do: {:fail, "a length that is not the shortest"}
  defp header(_, _, _, _, size, _, _) when size >= 0x8000_0000_0000_0000, do: {:fail, "a length past 63 bits"}

  defp header(fin, _, opcode, masked, size, rest, _) do
    case @opcodes do
      %{^opcode => kind} -> {kind, fin == 1, masked == 1, size, rest}
      _ -> {:fail, "an unknown opcode"}
    end
  end

  defp checked(frames, events, {kind, fin, masked, size, rest}) do
    control = kind in [:close, :ping, :pong]

    cond do
      masked != (frames.side == :client) -> fail(frames, events, 1002, "a mask that is missing or too many")
      control and (not fin or size > 125) -> fail(frames, events, 1002, "a control frame in parts, or too long")
      kind == :continuation and frames.message == nil -> fail(frames, events, 1002, "a continuation of nothing")
      kind in [:text, :binary] and frames.message != nil -> fail(frames, events, 1002, "a message within another")
      control -> whole(frames, events, kind, masked, size, rest, fin)
      true -> sized(frames, events, kind, masked, size, rest, fin)
    end
  end

  # Data is only kept as long as it is within the limit.
  defp sized(frames, events, kind, masked, size, rest, fin) do
    total = size + so_far(frames.message)

    cond do
      total > 2 * frames.limit ->
        fail(frames, [{:oversized, total} | events], 1009, "a message past the limit")

      total > frames.limit or match?({:over, _}, frames.message) ->
        left = size + if(masked, do: 4, else: 0)
        parse(%{frames | message: {:over, total}, skip: {left, fin}, buffer: rest}, events)

      true ->
        whole(frames, events, kind, masked, size, rest, fin)
    end
  end

  defp so_far(nil), do: 0
  defp so_far({:over, total}), do: total
  defp so_far({_, _, total}), do: total

  defp whole(frames, events, kind, true, size, rest, fin) do
    case rest do
      <<mask::binary-4, payload::binary-size(size), rest::binary>> ->
        came(%{frames | buffer: rest}, events, kind, masked(payload, mask), fin)

      _ ->
        {Enum.reverse(events), frames}
    end
  end

  defp whole(frames, events, kind, false, size, rest, fin) do
    case rest do
      <<payload::binary-size(size), rest::binary>> -> came(%{frames | buffer: rest}, events, kind, payload, fin)
      _ -> {Enum.reverse(events), frames}
    end
  end

  defp came(frames, events, kind, payload, _) when kind in [:ping, :pong], do: parse(frames, [{kind, payload} | events])
  defp came(frames, events, :close, payload, _), do: closed(frames, events, payload)

  defp came(%{message: {kind, parts, _}} = frames, events, :continuation, payload, true),
    do: message(frames, events, kind, [parts, payload])

  defp came(%{message: {kind, parts, total}} = frames, events, :continuation, payload, false),
    do: parse(%{frames | message: {kind, [parts, payload], total + byte_size(payload)}}, events)

  defp came(frames, events, kind, payload, true), do: message(frames, events, kind, payload)
  defp came(frames, events, kind, payload, false), do: parse(%{frames | message: {kind, [payload], byte_size(payload)}}, events)

  defp message(frames, events, kind, parts) do
    payload = IO.iodata_to_binary(parts)

    if kind == :text and not String.valid?(payload),
      do: fail(frames, events, 1007, "text that is no UTF-8"),
      else: parse(%{frames | message: nil}, [{kind, payload} | events])
  end

  defp closed(frames, events, <<>>), do: ended(frames, [{:close, nil, ""} | events])

  defp closed(frames, events, <<code::16, reason::binary>>) do
    cond do
      not allowed?(code) -> fail(frames, events, 1002, "a close with a code that is none")
      not String.valid?(reason) -> fail(frames, events, 1007, "a reason that is no UTF-8")
      true -> ended(frames, [{:close, code, reason} | events])
    end
  end

  defp closed(frames, events, _), do: fail(frames, events, 1002, "a close of one octet")

  defp allowed?(code), do: code in 1000..1003 or code in 1007..1014 or code in 3000..4999

  defp fail(frames, events, code, reason), do: ended(frames, [{:fail, code, reason} | events])

  defp ended(frames, events), do: {Enum.reverse(events), %{frames | ended: true, buffer: <<>>, message: nil, skip: nil}}

  defp masked(payload, mask) do
    size = byte_size(payload)
    stream = :binary.copy(mask, div(size + 3, 4))
    :crypto.exor(payload, binary_part(stream, 0, size))
  end
end
