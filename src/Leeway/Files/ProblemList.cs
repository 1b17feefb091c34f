namespace Leeway.Files;

/// <summary>The first problems of a file, and how many lines have any.</summary>
internal sealed class ProblemList
{
    private readonly List<LineProblem> _told = [];

    public IReadOnlyList<LineProblem> Told => _told;

    public int BadLines { get; private set; }

    /// <summary>About a line.</summary>
    public void Add(int line, LineProblem problem)
    {
        BadLines++;
        if (_told.Count < BatchFileReport.MaxProblems)
        {
            _told.Add(problem with { Line = line });
        }
    }

    /// <summary>Whether the file as a whole is bad.</summary>
    public bool IsOfFile { get; private set; }

    /// <summary>About the file as a whole: ahead of the lines, and always told.</summary>
    public void AddOfFile(LineProblem problem)
    {
        if (_told.Count == BatchFileReport.MaxProblems)
        {
            _told.RemoveAt(_told.Count - 1);
        }

        _told.Insert(0, problem);
        IsOfFile = true;
    }

    /// <summary>A problem that stands on no line.</summary>
    public static LineProblem OfFile(string code, string message, string remedy) => new(null, null, null, code, null, message, remedy);
}
