# @generated: comes with what ltpc writes for Elixir, and is the same for every protocol but for the name of its module.
defmodule PacketFlow.FramesTest do
  use ExUnit.Case, async: true

  alias PacketFlow.Runtime.Frames

  @mask <<0x37, 0xFA, 0x21, 0x3D>>

  # What a reader of a client's frames says of the octets, whole and octet by octet.
  defp read(octets, side \\ :client, limit \\ 1_000) do
    octets = IO.iodata_to_binary(octets)
    {whole, _} = Frames.read(Frames.new(side, limit), octets)

    {parts, _} =
      for <<octet::binary-1 <- octets>>, reduce: {[], Frames.new(side, limit)} do
        {events, frames} ->
          {more, frames} = Frames.read(frames, octet)
          {events ++ more, frames}
      end

    assert parts == whole
    whole
  end

  defp frame(first, payload), do: [<<first, 1::1, byte_size(payload)::7>>, @mask, masked(payload)]
  defp masked(payload), do: :crypto.exor(payload, binary_part(:binary.copy(@mask, byte_size(payload)), 0, byte_size(payload)))

  test "the examples of RFC 6455, section 5.7" do
    assert read(<<0x81, 0x05, "Hello">>, :server) == [{:text, "Hello"}]
    assert read(<<0x81, 0x85, 0x37, 0xFA, 0x21, 0x3D, 0x7F, 0x9F, 0x4D, 0x51, 0x58>>) == [{:text, "Hello"}]
    assert read(<<0x01, 0x03, "Hel", 0x80, 0x02, "lo">>, :server) == [{:text, "Hello"}]
    assert read(<<0x89, 0x05, "Hello">>, :server) == [{:ping, "Hello"}]
    assert read(<<0x8A, 0x85, 0x37, 0xFA, 0x21, 0x3D, 0x7F, 0x9F, 0x4D, 0x51, 0x58>>) == [{:pong, "Hello"}]
    middle = :binary.copy("a", 256)
    assert read([<<0x82, 0x7E, 0x0100::16>>, middle], :server) == [{:binary, middle}]
    large = :binary.copy("a", 65_536)
    assert read([<<0x82, 0x7F, 65_536::64>>, large], :server, 100_000) == [{:binary, large}]
  end

  test "what is written is read" do
    for size <- [0, 1, 125, 126, 65_535, 65_536], {side, mask} <- [server: nil, client: @mask] do
      payload = :binary.copy("x", size)
      assert read(Frames.write(:text, payload, mask), side, 100_000) == [{:text, payload}]
    end
  end

  test "control frames stand between the parts of a message" do
    assert read([frame(0x01, "a"), frame(0x89, "!"), frame(0x00, "b"), frame(0x80, "c")]) == [{:ping, "!"}, {:text, "abc"}]
  end

  test "5.1: a client masks, a server does not" do
    assert [{:fail, 1002, _}] = read(<<0x81, 0x01, "a">>, :client)
    assert [{:fail, 1002, _}] = read(frame(0x81, "a"), :server)
  end

  test "5.2: reserved bits and opcodes, and lengths that are not the shortest" do
    for first <- [0xC1, 0xA1, 0x91, 0x83, 0x84, 0x87, 0x8B, 0x8F], do: assert([{:fail, 1002, _}] = read(frame(first, "a")))
    assert [{:fail, 1002, _}] = read(<<0x81, 0x7E, 125::16>>, :server)
    assert [{:fail, 1002, _}] = read(<<0x81, 0x7F, 65_535::64>>, :server)
    assert [{:fail, 1002, _}] = read(<<0x81, 0x7F, 0x8000_0000_0000_0000::64>>, :server)
  end

  test "5.4: fragments belong to one message" do
    assert [{:fail, 1002, _}] = read(frame(0x80, "a"))
    assert [{:fail, 1002, _}] = read(frame(0x00, "a"))
    assert [{:fail, 1002, _}] = read([frame(0x01, "a"), frame(0x81, "b")])
    assert [{:fail, 1002, _}] = read([frame(0x01, "a"), frame(0x02, "b")])
  end

  test "5.5: control frames are short and whole" do
    long = :binary.copy("a", 126)

    for opcode <- [0x8, 0x9, 0xA] do
      assert [{:fail, 1002, _}] = read([<<1::1, 0::3, opcode::4, 0::1, 126::7, 126::16>>, long], :server)
      assert [{:fail, 1002, _}] = read(frame(opcode, "a"))
    end
  end

  test "5.5.1 and 7.4: closes, and their codes" do
    assert read(frame(0x88, "")) == [{:close, nil, ""}]
    assert [{:fail, 1002, _}] = read(frame(0x88, "a"))
    assert [{:fail, 1007, _}] = read(frame(0x88, <<1000::16, 0xFF>>))
    for code <- [1000, 1001, 1003, 1007, 1011, 3000, 4999], do: assert(read(frame(0x88, <<code::16, "bye">>)) == [{:close, code, "bye"}])
    for code <- [0, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, 65_535], do: assert([{:fail, 1002, _}] = read(frame(0x88, <<code::16>>)))
    assert read([frame(0x88, <<1000::16>>), frame(0x81, "late")]) == [{:close, 1000, ""}]
  end

  test "8.1: text is UTF-8, as a whole" do
    assert read([frame(0x01, <<0xC3>>), frame(0x80, <<0xA9>>)]) == [{:text, "é"}]

    for text <- [<<0xC3>>, <<0xED, 0xA0, 0x80>>, <<0xC0, 0xAF>>, <<0xF4, 0x90, 0x80, 0x80>>],
        do: assert([{:fail, 1007, _}] = read(frame(0x81, text)))

    assert read(frame(0x82, <<0xFF>>)) == [{:binary, <<0xFF>>}]
  end

  test "10.4: a message past the limit is passed over and told; one past twice the limit ends the connection" do
    part = :binary.copy("a", 60)
    assert read([frame(0x81, :binary.copy("a", 101)), frame(0x81, "b")], :client, 100) == [{:oversized, 101}, {:text, "b"}]

    assert read([frame(0x01, part), frame(0x00, part), frame(0x89, "!"), frame(0x80, part)], :client, 100) == [
             {:ping, "!"},
             {:oversized, 180}
           ]

    assert [{:oversized, 9_000_000}, {:fail, 1009, _}] = read(<<0x81, 0x7F, 9_000_000::64>>, :server, 100)
  end

  test "a reason is cut where it does not fit" do
    assert Frames.closing(1000, :binary.copy("é", 100)) == <<1000::16, :binary.copy("é", 61)::binary>>
  end
end
