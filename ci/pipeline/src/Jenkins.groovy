package jenkins.model

/** As much of Jenkins itself as a trusted library asks for: the executors of a node. */
class Jenkins {
    static int executors = 4

    static class Computer {
        int numExecutors
    }

    static Jenkins get() {
        return new Jenkins()
    }

    Computer getComputer(String name) {
        return name == null ? null : new Computer(numExecutors: executors)
    }
}
