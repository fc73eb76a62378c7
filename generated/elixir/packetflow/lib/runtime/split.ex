# @generated: comes with what ltpc writes for Elixir, and is the same for every protocol but for the name of its module.
defmodule PacketFlow.Runtime.Split do
  @moduledoc """
  Cutting a stream of octets into the frames of framed text: the same octets give the same frames however they are cut.

  Never more is held than one message may have, beside what a single read brought. Line ends between messages are passed over. What breaks
  the form breaks the stream: there is no place to go on from.
  """

  alias PacketFlow.Runtime.Framing
  alias PacketFlow.Runtime.Scan

  @enforce_keys [:framing, :limit, :strict, :scan]
  defstruct [:framing, :limit, :strict, :scan, held: <<>>, broken: false]

  @type t :: %__MODULE__{}

  @typedoc "A whole message and lengths that disagree, more that is needed, or octets that no message can begin with."
  @type cut :: {{:frame, binary(), Scan.lengths() | nil} | :more | {:broken, binary()}, t()}

  @doc "A splitter of one connection's octets; `strict` as of `decode/3` of the codec."
  @spec new(Framing.t(), pos_integer(), boolean() | nil) :: t()
  def new(framing, limit, strict \\ nil) do
    strict = if strict == nil, do: framing.strict, else: strict
    %__MODULE__{framing: framing, limit: limit, strict: strict, scan: Scan.new(framing)}
  end

  @doc "Takes octets."
  @spec push(t(), binary()) :: t()
  def push(split, octets), do: %{split | held: split.held <> octets}

  @doc """
  The next whole message.

  When the peer has paused (`:pause`), one is also whole whose end marker lacks only its line end, and, for an advisory reader, one whose
  declared length reaches past its end marker. `:nothing`: no more octets will come.
  """
  @spec next(t(), Scan.behind()) :: cut()
  def next(split, behind) do
    split = if split.scan.seen == 0, do: passed(split), else: split

    cond do
      split.broken -> {{:broken, split.held}, split}
      split.held == "" -> {:more, split}
      split.framing.reads_crlf and behind != :nothing and split.held == "\r" -> {:more, split}
      true -> cut(split, behind)
    end
  end

  defp cut(split, behind) do
    case Scan.step(split.scan, split.limit, split.strict, split.held, behind) do
      {:whole, extent} ->
        size = extent.end
        <<frame::binary-size(size), held::binary>> = split.held
        {{:frame, frame, extent.lengths}, %{split | held: held, scan: Scan.new(split.framing)}}

      {:more, scan} ->
        {:more, %{split | scan: scan}}

      {:wrong, _} ->
        {{:broken, split.held}, %{split | broken: true}}
    end
  end

  defp passed(%{held: "\n" <> rest, framing: %{reads_lf: true}} = split), do: passed(%{split | held: rest})
  defp passed(%{held: "\r\n" <> rest, framing: %{reads_crlf: true}} = split), do: passed(%{split | held: rest})
  defp passed(split), do: split
end
