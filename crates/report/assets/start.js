theme.start();
charts.start();
trades.start();
