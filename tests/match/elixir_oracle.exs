# What a real node makes of Elixir funs: the match specifications of ms_transform, for the Erlang that Elixir's own
# compiler makes of them.
#
#   elixir elixir_oracle.exs TEXTS ANSWERS [LAST]
#
# TEXTS holds texts, each with a zero byte behind it. A text is a fun, or the arguments of a call and its guard:
# "(_, key) when key == :ccc". ANSWERS gets as many lines: "ok SPECIFICATION", printed as ~0tp does (maps sorted by
# key), or "error REASON". LAST (a version) is shown in front as "elixir VERSION otp RELEASE".
#
# Heads that are lists are what dbg:fun2ms/1 takes, tuples what ets:fun2ms/1 takes. Actions of match specifications are
# no functions of Elixir: as macros they leave marks, which become calls again in what the compiler made.

defmodule Oracle.Actions do
  names = [
    get_tcw: 0, is_seq_trace: 0, set_seq_token: 2, get_seq_token: 0, message: 1, return_trace: 0,
    exception_trace: 0, process_dump: 0, enable_trace: 1, enable_trace: 2, disable_trace: 1, disable_trace: 2,
    display: 1, caller: 0, caller_line: 0, current_stacktrace: 0, current_stacktrace: 1, set_tcw: 1, silent: 1,
    trace: 2, trace: 3, bindings: 0, object: 0
  ]

  for {name, arity} <- names do
    args = Macro.generate_arguments(arity, __MODULE__)

    defmacro unquote(name)(unquote_splicing(args)) do
      tuple = {:{}, [], [unquote(name) | unquote(args)]}
      quote do: :erlang.map_get(:__action__, unquote(tuple))
    end
  end
end

defmodule MyApp.User do
  defstruct [:id, :name, role: :guest]
end

defmodule MyApp.Cache do
  defstruct [:key, :ttl]
end

defmodule MyApp.Error do
  defexception [:message]
end

defmodule Oracle do
  defp env do
    import Kernel
    require Integer
    require Record
    import Bitwise
    import Oracle.Actions
    # What was imported is not known to be used.
    _ = 1 &&& 1
    _ = &Integer.is_odd/1
    __ENV__
  end

  def main([texts, answers | _]) do
    Code.put_compiler_option(:ignore_module_conflict, true)
    env = env()

    lines =
      for text <- String.split(File.read!(texts), <<0>>) |> Enum.drop(-1) do
        case answer(text, env) do
          {:ok, spec} -> ["ok ", :io_lib.format(~c"~0tp", [spec]), "\n"]
          {:error, why} -> ["error ", one_line(why), "\n"]
        end
      end

    File.write!(answers, :unicode.characters_to_binary(lines))
  end

  defp one_line(text) do
    text |> String.split(["\n", "\r"], trim: true) |> Enum.map_join(" ", &String.trim/1)
  end

  defp answer(text, env) do
    quoted = Code.string_to_quoted!(as_fun(text), columns: true)
    {:fun, _, {:clauses, clauses}} = elem(:elixir.quoted_to_erl(quoted, env), 0)
    clauses = clauses |> unmark() |> Enum.map(&one_name/1)

    case :ms_transform.transform_from_shell(dialect(clauses), clauses, []) do
      {:error, [{_, [{_, _, reason} | _]} | _], _} -> {:error, "ms_transform: " <> said(reason)}
      spec -> {:ok, without_actions(text, spec)}
    end
  rescue
    e -> {:error, Exception.message(e)}
  catch
    kind, e -> {:error, inspect({kind, e})}
  end

  # A call has none; a fun has one at least.
  defp without_actions("(" <> _, spec), do: for({head, guards, _} <- spec, do: {head, guards, []})
  defp without_actions(_, spec), do: spec

  defp said(reason), do: List.to_string(:ms_transform.format_error(reason))

  # The arguments of a call become a list, between the same brackets.
  defp as_fun("(" <> _ = text) do
    close = closing(text, 1, 1)
    args = binary_part(text, 1, close - 1)
    rest = binary_part(text, close + 1, byte_size(text) - close - 1)
    "fn [" <> args <> "]" <> rest <> " -> [] end"
  end

  defp as_fun(text), do: text

  defp closing(text, at, depth) do
    case binary_part(text, at, 1) do
      ")" when depth == 1 -> at
      c when c in ["(", "[", "{"] -> closing(text, at + 1, depth + 1)
      c when c in [")", "]", "}"] -> closing(text, at + 1, depth - 1)
      _ -> closing(text, at + 1, depth)
    end
  end

  defp dialect([{:clause, _, [head], _, _} | _]), do: if(tuple?(head), do: :ets, else: :dbg)
  defp dialect(_), do: :dbg

  defp tuple?({:tuple, _, _}), do: true
  defp tuple?({:match, _, a, b}), do: tuple?(a) or tuple?(b)
  defp tuple?(_), do: false

  defp unmark({:call, a, {:remote, _, {:atom, _, :erlang}, {:atom, _, :map_get}},
               [{:atom, _, :__action__}, {:tuple, _, [{:atom, b, name} | args]}]}) do
    {:call, a, {:atom, b, name}, unmark(args)}
  end

  defp unmark(t) when is_tuple(t), do: t |> Tuple.to_list() |> unmark() |> List.to_tuple()
  defp unmark([h | t]), do: [unmark(h) | unmark(t)]
  defp unmark(t), do: t

  # %name{} is "Generated = Name" inside of a pattern, with is_atom(Generated) behind the guards: no match
  # specification has the first. The two are one variable.
  defp one_name({:clause, _, head, _, _} = clause), do: Enum.reduce(pairs(head), clause, &rename/2)

  defp pairs({:map_field_exact, _, {:atom, _, :__struct__}, {:match, _, {:var, _, made}, {:var, _, name}}}) do
    [if(name == :_, do: {{made, :_}, made}, else: {{made, name}, name})]
  end

  defp pairs(t) when is_tuple(t), do: t |> Tuple.to_list() |> pairs()
  defp pairs([h | t]), do: pairs(h) ++ pairs(t)
  defp pairs(_), do: []

  defp rename({{made, name}, to}, {:match, _, {:var, a, made}, {:var, _, name}}), do: {:var, a, to}
  defp rename({{made, _}, to}, {:var, a, made}), do: {:var, a, to}
  defp rename(pair, t) when is_tuple(t), do: rename(pair, Tuple.to_list(t)) |> List.to_tuple()
  defp rename(pair, [h | t]), do: [rename(pair, h) | rename(pair, t)]
  defp rename(_, t), do: t
end

Oracle.main(System.argv())
