using Spectre.Console;
using Spectre.Console.Rendering;

namespace Leeway.Cli.Output;

/// <summary>A console whose keys come from elsewhere.</summary>
internal sealed class KeyedConsole(IAnsiConsole console, IAnsiConsoleInput keys) : IAnsiConsole
{
    public Profile Profile => console.Profile;

    public IAnsiConsoleCursor Cursor => console.Cursor;

    public IAnsiConsoleInput Input => keys;

    public IExclusivityMode ExclusivityMode => console.ExclusivityMode;

    public RenderPipeline Pipeline => console.Pipeline;

    public void Clear(bool home) => console.Clear(home);

    public void Write(IRenderable renderable) => console.Write(renderable);

    public void WriteAnsi(Action<AnsiWriter> action) => console.WriteAnsi(action);
}
