using Leeway.Chaos;
using Leeway.Chaos.Reporting;

if (!ChaosOptions.TryParse(args, out ChaosOptions? options))
{
    return ChaosOptions.Usage();
}

ChaosReport report = await ChaosRun.RunAsync(options, Console.Error.WriteLine);
report.Write();
Console.WriteLine(report.Text());
report.DropUnlessWanted();
return report.Holds ? 0 : 1;
