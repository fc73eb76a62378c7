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

  def decode(%{framing: nil, decoder: decoder} = schema, octets, _) do
    case decoder && decoder.decode(octets) do
      {:ok, decoded} -> {:ok, decoded}
      _ -> Walk.decode(schema, octets)
    end
  end

  def decode(schema, octets, strict), do: Framed.decode(schema, octets, strict)

  @doc "The message's canonical text. What does not conform is found by `write/2`, not here."
  @spec encode(Schema.t(), Decoded.t()) :: String.t()
  def encode(%{framing: nil} = schema, decoded), do: with(:slow <- fast(schema, decoded), do: Encode.encode(schema, decoded))
  def encode(schema, decoded), do: FramedEncode.encode(schema, decoded)

  @doc "The message's text, unless a receiver would refuse it, or read another: then everything for which it would."
  @spec write(Schema.t(), Decoded.t()) :: {:ok, String.t()} | {:error, [Violation.t()]}
  def write(%{framing: nil} = schema, decoded) do
    case fast(schema, decoded) do
      :slow -> checked(schema, Encode.encode(schema, decoded))
      text -> {:ok, text}
    end
  end

  def write(schema, decoded) do
    case FramedEncode.check(schema, decoded) do
      [] -> {:ok, FramedEncode.encode(schema, decoded)}
      violations -> {:error, violations}
    end
  end

  defp checked(schema, text) do
    case decode(schema, text) do
      {:ok, _} -> {:ok, text}
      {:error, refused} -> {:error, refused.violations}
    end
  end

  # The text, if it is written by generated code: then it conforms.
  defp fast(%{encoder: nil}, _), do: :slow
  defp fast(%{encoder: encoder}, decoded), do: encoder.write(decoded)
end
