# @generated: comes with what ltpc writes for Elixir, and is the same for every protocol but for the name of its module.
defmodule PacketFlow.Runtime.Codec do
  @moduledoc "Reading and writing messages, however they stand on the wire."

  alias PacketFlow.Refused
  alias PacketFlow.Runtime.Decoded
  alias PacketFlow.Runtime.Encode
  alias PacketFlow.Runtime.Framed
  alias PacketFlow.Runtime.FramedEncode
  alias PacketFlow.Runtime.Schema
  alias PacketFlow.Runtime.Walk
  alias PacketFlow.Violation

  @doc """
  Reads and validates one message; else everything that is wrong with it.

  `strict`: of framed text, whether lengths that disagree are refused; `nil`: as the schema has it.
  """
  @spec decode(Schema.t(), binary(), boolean() | nil) :: {:ok, Decoded.t()} | {:error, Refused.t()}
  def decode(schema, octets, strict \\ nil)
  def decode(%{framing: nil} = schema, octets, _), do: Walk.decode(schema, octets)
  def decode(schema, octets, strict), do: Framed.decode(schema, octets, strict)

  @doc "The message's canonical text. What does not conform is found by `check/2`, not here."
  @spec encode(Schema.t(), Decoded.t()) :: String.t()
  def encode(%{framing: nil} = schema, decoded), do: Encode.encode(schema, decoded)
  def encode(schema, decoded), do: FramedEncode.encode(schema, decoded)

  @doc "Everything for which a receiver would refuse the message, or read another."
  @spec check(Schema.t(), Decoded.t()) :: [Violation.t()]
  def check(%{framing: nil} = schema, decoded) do
    case Walk.decode(schema, Encode.encode(schema, decoded)) do
      {:ok, _} -> []
      {:error, refused} -> refused.violations
    end
  end

  def check(schema, decoded), do: FramedEncode.check(schema, decoded)
end
